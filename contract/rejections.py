"""Define why a document is rejected; reading one raises nothing else."""

from __future__ import annotations

from enum import StrEnum

from contract.platform.failures import PermanentFailure


class RejectionReason(StrEnum):
    """Name the reasons, each with a remedy for the person who finds the document."""

    ODD_KEY = "odd_key"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    BAD_GZIP = "bad_gzip"
    BAD_JSON = "bad_json"
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_VERSION = "unknown_version"
    BAD_SESSION_ID = "bad_session_id"
    BAD_START_TIME = "bad_start_time"
    DATED_BEFORE_2020 = "dated_before_2020"
    DATED_IN_FUTURE = "dated_in_future"
    WRONG_TYPES = "wrong_types"
    WRONG_KEY = "wrong_key"
    COLLISION = "collision"
    ANALYSIS_FAILED = "analysis_failed"

    @property
    def remedy(self) -> str:
        return _REMEDIES[self]


_REMEDIES = {
    RejectionReason.ODD_KEY: "Deliver it with 'voice deliver' if it is a call, then remove this object; remove it if it is none.",
    RejectionReason.EMPTY: "Upload the document again from the agent's spool.",
    RejectionReason.TOO_LARGE: "Find out what inflated it; at most 20 MB decompressed and 200,000 lists and objects.",
    RejectionReason.BAD_GZIP: "Upload it again from the agent's spool: the copy was cut short or is not gzip.",
    RejectionReason.BAD_JSON: "Repair the JSON at its writer (UTF-8, no NaN, not nested deeper than 200) and deliver it again.",
    RejectionReason.NOT_AN_OBJECT: "Deliver one JSON object per file.",
    RejectionReason.UNKNOWN_VERSION: "Upgrade this platform, or write schema_version 1.",
    RejectionReason.BAD_SESSION_ID: "Give it a session_id of 1-200 characters out of A-Z a-z 0-9 _ . - and deliver it again.",
    RejectionReason.BAD_START_TIME: "Give it an ISO 8601 start_time with an offset and deliver it again.",
    RejectionReason.DATED_BEFORE_2020: "Check the clock of the machine that wrote it.",
    RejectionReason.DATED_IN_FUTURE: "Check the clock of the machine that wrote it, then run 'voice replay-rejected'.",
    RejectionReason.WRONG_TYPES: "Correct the named fields as docs/contract.md says and deliver it again.",
    RejectionReason.WRONG_KEY: "Deliver it with 'voice deliver', which derives the key from the document.",
    RejectionReason.COLLISION: "Give the call its own session_id, or a higher revision if it corrects the earlier document.",
    RejectionReason.ANALYSIS_FAILED: "Report the analyzer's error; run 'voice replay-rejected' after the upgrade that mends it.",
}


class Rejected(PermanentFailure):
    """Reject a document. ``detail`` names fields and limits, never their contents."""

    def __init__(self, reason: RejectionReason, detail: str, session_id: str | None = None) -> None:
        super().__init__(f"{reason.value}: {detail}", reason.remedy)
        self.reason = reason
        self.detail = detail
        self.session_id = session_id
