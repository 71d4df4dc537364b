"""Define the typed errors of the web service: a status, a reason for programs, and two sentences for people."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "not_signed_in",
    "link_expired",
    "sign_in_failed",
    "unverified_address",
    "no_role",
    "not_allowed",
    "ambiguous_identity",
    "cross_origin",
    "not_found",
    "method_not_allowed",
    "bad_request",
    "wrong_filter",
    "wrong_host",
    "too_large",
    "not_configured",
    "bad_signature",
    "too_old",
    "bad_body",
    "bad_token",
    "unavailable",
    "internal",
]


class Refusal(Exception):
    """An answer other than what was asked for. Texts are free of personal data and of what the request contained."""

    def __init__(self, status: int, reason: Reason, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.status = status
        self.reason = reason
        self.problem = problem
        self.remedy = remedy

    def as_dict(self) -> dict[str, str]:
        return {"error": self.reason, "problem": self.problem, "remedy": self.remedy}


def not_found() -> Refusal:
    return Refusal(404, "not_found", "There is no such page.", "Check the address.")


def bad_request() -> Refusal:
    return Refusal(400, "bad_request", "The request cannot be read.", "Send it as docs/web.md says.")


def internal() -> Refusal:
    return Refusal(500, "internal", "Something went wrong here.", "Try again; the service's log has the kind of error.")
