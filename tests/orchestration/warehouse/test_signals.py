"""What the live agent noted, against what the words of the calls say, and fields that nobody checked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contract.document.session import SessionDocument
from tests.support.builds import rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents


def changed(document: SessionDocument, **fields: object) -> SessionDocument:
    return SessionDocument.model_validate({**document.model_dump(), **fields})


def silent(document: SessionDocument, **signals: object) -> SessionDocument:
    """The call without its words: all that is known of it is what the live agent noted."""
    return changed(document, transcript=[], discovered_signals=signals)


def test_a_meeting_time_in_words_of_an_unknown_tool_does_not_stop_the_build(lake: Lake):
    calls = [
        {"tool": "send_reminder", "meeting_time": "tomorrow 3pm", "success": ["odd"], "total_results": {"odd": 1}},
        {"tool": "send_reminder", "meeting_time": "2026-11-20T15:00:00+01:00"},
        {"tool": "book_sales_meeting", "meeting_time": "2026-11-20T15:00:00+01:00", "success": True},
    ]
    lake.analyse([changed(sample_documents()[0], tool_calls=calls)])
    built(lake)
    found = rows(lake.settings, "select tool, meeting_time::varchar from tool_calls order by position")
    assert found == [("send_reminder", None), ("send_reminder", None), ("book_sales_meeting", "2026-11-20 14:00:00")]


def test_integrations_of_a_call_without_words_are_live_signals(lake: Lake):
    lake.analyse([silent(sample_documents()[0], integration_needs=["HubSpot"], team_size=9)])
    built(lake)
    sources = "integration_needs, integration_needs_source, team_size, team_size_source, team_size_confidence <= 0.5"
    expected = [(["hubspot"], "discovered_signals", 9, "discovered_signals", True)]
    assert rows(lake.settings, f"select {sources} from session_signals") == expected


def test_a_later_call_without_words_does_not_replace_what_an_earlier_one_said(lake: Lake):
    spoken = next(document for document in sample_documents() if document.user_email and _says_integrations(lake, document))
    before = rows(lake.settings, "select integration_needs::varchar, pain_points::varchar from leads")
    later = silent(spoken, integration_needs=["fax"], pain_points=["hearsay"])
    later = changed(later, session_id=f"{spoken.session_id}_later", start_time=spoken.start_time + timedelta(days=1))
    lake.analyse([later])
    built(lake)
    assert rows(lake.settings, "select integration_needs::varchar, pain_points::varchar, total_calls from leads") == [
        (*before[0], 2)
    ]


def _says_integrations(lake: Lake, document: SessionDocument) -> bool:
    """Whether the words of the call name integrations and pains; it stays in the warehouse only when they do."""
    lake.analyse([document])
    built(lake)
    query = "select len(integration_needs) > 0 and len(pain_points) > 0 from session_signals"
    condition = "integration_needs_source = 'transcript' and pain_points_source = 'transcript'"
    if rows(lake.settings, f"{query} where {condition}") == [(True,)]:
        return True
    lake.analyse([changed(document, revision=2, test_call=True)])
    return False


@pytest.mark.parametrize(
    ("noted", "kept"),
    [
        (("This Quarter", "decision-maker", " HIGH "), ("this_quarter", "decision_maker", "high")),
        (("next_quarter", "needs approval", "low"), ("next_quarter", "needs_approval", "low")),
        (("soon", "the boss", "very"), (None, None, None)),
    ],
)
def test_live_signals_with_fixed_values_are_taken_in_their_spelling_or_not_at_all(
    lake: Lake, noted: tuple[str, str, str], kept: tuple[str | None, str | None, str | None]
):
    names = ("decision_timeline", "budget_authority", "urgency")
    lake.analyse([silent(sample_documents()[0], **dict(zip(names, noted, strict=True)))])
    built(lake)
    assert rows(lake.settings, f"select {', '.join(names)} from session_signals") == [kept]
    assert rows(lake.settings, "select urgency_source from session_signals") == [("discovered_signals" if kept[2] else None,)]


def test_a_voicemail_greeting_after_a_call_changes_nothing_that_is_known_of_the_lead(lake: Lake):
    spoken = next(document for document in sample_documents() if document.user_email)
    greeting = [{"id": "item_000", "role": "user", "text": "You've reached Dana. Leave a message after the beep."}]
    voicemail = changed(
        spoken,
        session_id=f"{spoken.session_id}_later",
        start_time=spoken.start_time + timedelta(days=1),
        transcript=greeting,
        tool_calls=[],
        discovered_signals={"team_size": 999, "integration_needs": ["fax"], "industry": "Fax"},
    )
    columns = "lead_score, team_size, industry, integration_needs::varchar, pain_points::varchar, qualification_tier"
    lake.analyse([spoken])
    built(lake)
    before = rows(lake.settings, f"select {columns} from leads")
    lake.analyse([voicemail])
    built(lake)
    assert rows(lake.settings, f"select {columns} from leads") == before
    assert rows(lake.settings, "select total_calls from leads") == [(2,)]
