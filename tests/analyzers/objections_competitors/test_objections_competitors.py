from analyzers.language.annotations import Span, SpanType
from analyzers.objections_competitors import ObjectionsCompetitorsReport, objections_competitors
from analyzers.sales_intelligence import sales_intelligence
from tests.analyzers.recorded_calls import REFERENCE, recorded_call, user
from tests.analyzers.spans import call_with, span

TURNS = [
    user("too expensive, no dark mode, locked in till May"),
    user("DocuSign is clunky and slow, how do you compare to it on price"),
]


def report_of(*spans: Span) -> ObjectionsCompetitorsReport:
    call = call_with(TURNS, *spans)
    return objections_competitors(call, REFERENCE, sales_intelligence(call, REFERENCE))


def test_open_blockers_come_first_and_what_is_accepted_last():
    report = report_of(
        span(TURNS, 0, SpanType.OBJECTION, "too expensive", "price", category="pricing", severity="blocker", resolved=True),
        span(TURNS, 0, SpanType.OBJECTION, "no dark mode", "dark mode", category="features", severity="concern"),
        span(TURNS, 0, SpanType.OBJECTION, "locked in", "contract", category="timing", severity="blocker"),
    )
    assert [(o.rank, o.topic) for o in report.objections] == [
        (1, "existing contract"),
        (2, "other"),
        (3, "price too high"),
    ]
    assert {p.about for p in report.talking_points} == {o.label for o in report.objections[:2]}, "what is accepted needs no answer"


def test_a_competitor_brings_its_battlecard_and_the_caller_s_own_words():
    report = report_of(
        span(TURNS, 1, SpanType.COMPETITOR, "DocuSign is clunky", "DocuSign", context="current", sentiment="negative"),
        span(TURNS, 1, SpanType.COMPARISON_REQUEST, "how do you compare to it on price", "DocuSign", aspect="pricing"),
    )
    assert report.competitors[0].weaknesses_named == ("DocuSign is clunky",)
    assert report.comparison_requests[0].aspect == "pricing"
    assert [card.competitor for card in report.battlecards] == ["DocuSign"]
    assert report.battlecards[0].url is not None


def test_a_barrier_comes_with_what_lowers_it():
    report = report_of(span(TURNS, 0, SpanType.SWITCHING_BARRIER, "locked in till May", "contract until May", kind="contractual"))
    assert report.switching_barriers[0].mitigation is not None


def test_without_words_it_says_so():
    call = recorded_call()
    report = objections_competitors(call, REFERENCE, sales_intelligence(call, REFERENCE))
    assert (report.status, report.reason, report.objections) == ("unavailable", "no_transcript", ())
