"""The history of one call: what happened in order of time, and the reasons of its score with the caller's words."""

from datetime import UTC, datetime

from orchestration.call_history import score_reasons, timeline


def test_what_happened_is_in_order_of_time_whatever_the_source():
    documents = [
        {
            "received_at": datetime(2026, 11, 2, 10, 5, tzinfo=UTC),
            "analysed_at": datetime(2026, 11, 2, 10, 6, tzinfo=UTC),
            "revision": 1,
        },
        {"received_at": datetime(2026, 11, 3, 9, tzinfo=UTC), "analysed_at": None, "revision": 2},
    ]
    result = {"start_time": "2026-11-02 10:00:00", "end_time": "2026-11-02 10:04:00"}  # the warehouse's times have no zone
    alerts = [{"triggered_at": "2026-11-02T10:04:00+00:00", "alert_name": "Hot Lead Detected"}]
    sent = [{"changed_at": datetime(2026, 11, 2, 10, 7, tzinfo=UTC), "destination": "salesforce", "kind": "task", "state": "sent"}]
    assert [(event["at"][8:16], event["what"]) for event in timeline(documents, result, alerts, sent)] == [
        ("02 10:00", "the call began"),
        ("02 10:04", "the call ended"),
        ("02 10:04", "alert: Hot Lead Detected"),
        ("02 10:05", "document received (revision 1)"),
        ("02 10:06", "analysed"),
        ("02 10:07", "salesforce: task sent"),
        ("03 09:00", "document received (revision 2)"),
    ]


def test_each_reason_of_the_score_names_the_words_once_or_none():
    places = [{"quote": "eleven logins"}, {"quote": "eleven logins"}, {"quote": "thirty a day"}]
    factors = [
        {
            "component": "fit",
            "factor": "icp",
            "points": 8.0,
            "of": 8.0,
            "why": "Ideal customer",
            "basis": "said",
            "evidence": places,
        },
        {
            "component": "intent",
            "factor": "meeting",
            "points": 5.0,
            "of": 5.0,
            "why": "Booked",
            "basis": "measured",
            "evidence": [],
        },
    ]
    assert [(row["factor"], row["said"]) for row in score_reasons({"key_factors": factors})] == [
        ("icp", "eleven logins; thirty a day"),
        ("meeting", None),
    ]
    assert score_reasons({}) == []
