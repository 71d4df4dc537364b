"""Let people leave an e-mail report: a page with a button, and one-click unsubscription for mail programs (RFC 8058)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from orchestration.messages.unsubscribe import unsubscribed_by
from orchestration.state.unsubscriptions import is_unsubscribed, unsubscribe
from orchestration.web.pages import page
from orchestration.web.refusal import Refusal
from orchestration.web.service import service_of


def show_unsubscribe(request: Request) -> Response:
    """Show the button. Nothing changes yet: scanners of mail open every link."""
    report, recipient = _asked(request)
    with service_of(request).platform.state.reading() as connection:
        done = is_unsubscribed(connection, report, recipient)
    return page("unsubscribe.html.j2", report=report, done=done)


def unsubscribe_now(request: Request) -> Response:
    """Record the wish, as often as it is sent. The signed token is all it takes: RFC 8058 has no cookie and no redirect."""
    report, recipient = _asked(request)
    service = service_of(request)
    with service.platform.state.writing() as connection:
        unsubscribe(connection, report, recipient, service.real_time())
    return page("unsubscribe.html.j2", report=report, done=True)


def _asked(request: Request) -> tuple[str, str]:
    """Return the report and the recipient's key that the link stands for."""
    token = request.query_params.get("token", "")
    found = unsubscribed_by(service_of(request).platform.pseudonym_secret, token)
    if found is None:
        problem, remedy = "This link to unsubscribe is not complete.", "Open it again from the e-mail, or answer the e-mail."
        raise Refusal(400, "bad_token", problem, remedy)
    return found
