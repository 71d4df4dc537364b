import pytest

from analyzers.language.annotations import SpanType
from analyzers.sales_intelligence import sales_intelligence
from tests.analyzers.recorded_calls import REFERENCE, agent, recorded_call, user
from tests.analyzers.spans import call_with, span

TEAM = [agent("How many of you?"), user("twelve, no, fifteen of us"), agent("So twenty?"), user("fifteen, yes")]


def test_the_corrected_figure_counts_and_agreement_makes_it_surer():
    call = call_with(
        TEAM,
        span(TEAM, 1, SpanType.TEAM_SIZE, "twelve", 12),
        span(TEAM, 1, SpanType.TEAM_SIZE, "fifteen", 15),
        span(TEAM, 2, SpanType.TEAM_SIZE, "twenty", 20),
        span(TEAM, 3, SpanType.TEAM_SIZE, "fifteen", 15),
    )
    team = sales_intelligence(call, REFERENCE).team_size
    assert team is not None
    assert (team.value, team.confidence) == (15, 0.85)
    assert [e.item_id for e in team.evidence] == ["item_001", "item_003"]
    assert all(TEAM[int(e.item_id[-3:])].text[e.start : e.end] == e.quote for e in team.evidence)


@pytest.mark.parametrize(
    "doubt", [{"polarity": "negated"}, {"modality": "hypothetical"}, {"modality": "question"}, {"kind": "headcount"}]
)
def test_what_is_denied_supposed_asked_or_something_else_is_no_fact(doubt: dict[str, str]):
    call = call_with(TEAM, span(TEAM, 3, SpanType.TEAM_SIZE, "fifteen", 15, **doubt))
    assert sales_intelligence(call, REFERENCE).team_size is None


def test_live_signals_never_speak_where_there_are_words():
    signals = {"team_size": 40, "integration_needs": ["salesforce"]}
    report = sales_intelligence(call_with(TEAM, discovered_signals=signals), REFERENCE)
    assert report.team_size is None
    assert report.qualification_tier == "Tier 2"


def test_without_words_the_live_signals_are_named_as_the_source():
    signals = {"team_size": 40, "integration_needs": ["Salesforce"], "decision_timeline": "this_week"}
    report = sales_intelligence(recorded_call(discovered_signals=signals), REFERENCE)
    assert (report.status, report.reason) == ("unavailable", "no_transcript")
    assert report.team_size is not None
    assert (report.team_size.value, report.team_size.source, report.team_size.evidence) == (40, "discovered_signals", ())
    assert report.team_size.confidence <= 0.4
    assert report.integrations.needed[0].name == "salesforce"
    assert report.qualification_tier == "Tier 1"


def test_a_needed_integration_makes_tier_1_and_is_not_listed_as_in_use():
    turns = [user("we live in Salesforce and it must connect to Salesforce, we also use Slack")]
    call = call_with(
        turns,
        span(turns, 0, SpanType.INTEGRATION, "Salesforce", "Salesforce", use="in_use"),
        span(turns, 0, SpanType.INTEGRATION, "connect to Salesforce", "salesforce", use="needed"),
        span(turns, 0, SpanType.INTEGRATION, "Slack", "slack", use="in_use"),
    )
    report = sales_intelligence(call, REFERENCE)
    assert [i.name for i in report.integrations.needed] == ["salesforce"]
    assert [i.name for i in report.integrations.in_use] == ["slack"]
    assert report.qualification_tier == "Tier 1"


def test_a_timeline_is_resolved_from_the_day_of_the_call():
    turns = [user("we decide by the end of the month")]
    call = call_with(turns, span(turns, 0, SpanType.DECISION_TIMELINE, "by the end of the month", "by the end of the month"))
    timeline = sales_intelligence(call, REFERENCE).decision_timeline
    assert timeline is not None
    assert timeline.value == "this_month"


def test_bant_needs_a_problem_and_two_more_letters():
    turns = [user("I decide, it is slow, we start this week, forty a month is fine")]
    spans = [
        span(turns, 0, SpanType.BUDGET_AUTHORITY, "I decide", "decision_maker"),
        span(turns, 0, SpanType.DECISION_TIMELINE, "this week", "this week", bucket="this_week"),
        span(turns, 0, SpanType.BUDGET, "forty a month", 40.0, kind="accepted"),
        span(turns, 0, SpanType.PAIN_POINT, "it is slow", "slow turnaround"),
    ]
    with_need = sales_intelligence(call_with(turns, *spans), REFERENCE)
    without_need = sales_intelligence(call_with(turns, *spans[:3]), REFERENCE)
    assert with_need.bant is not None
    assert without_need.bant is not None
    assert (with_need.bant.qualified, without_need.bant.qualified) == (True, False)
    assert with_need.pain_points[0].solution == "Editor"


def test_an_implausible_volume_is_doubted():
    turns = [user("two of us, nine thousand a month")]
    call = call_with(
        turns, span(turns, 0, SpanType.TEAM_SIZE, "two", 2), span(turns, 0, SpanType.MONTHLY_VOLUME, "nine thousand", 9000)
    )
    report = sales_intelligence(call, REFERENCE)
    assert [(c.fact, c.plausible) for c in report.cross_checks] == [("monthly_volume", False)]
    assert report.monthly_volume is not None
    assert report.monthly_volume.confidence == 0.56


def test_an_objection_is_one_entry_a_topic_and_its_last_mention_says_whether_it_is_resolved():
    turns = [user("that is steep"), agent("Forty-nine a year."), user("steep, but okay, that works")]
    call = call_with(
        turns,
        span(turns, 0, SpanType.OBJECTION, "that is steep", "price", category="pricing", severity="blocker", resolved=False),
        span(turns, 2, SpanType.OBJECTION, "steep", "price", category="pricing", severity="concern", resolved=True),
    )
    (objection,) = sales_intelligence(call, REFERENCE).objections
    assert (objection.severity, objection.resolved, len(objection.evidence)) == ("blocker", True, 2)


def test_an_objection_only_asked_or_supposed_is_implicit():
    turns = [user("is that not too expensive for three seats"), user("that is too much")]
    asked = span(turns, 0, SpanType.OBJECTION, "too expensive", "price", category="pricing", modality="question")
    stated = span(turns, 1, SpanType.OBJECTION, "too much", "price", category="pricing")
    said = [sales_intelligence(call_with(turns, *spans), REFERENCE).objections for spans in ((asked,), (asked, stated))]
    assert [(len(found), found[0].expression) for found in said] == [(1, "implicit"), (1, "explicit")]


@pytest.mark.parametrize(
    ("topic", "feature"),
    [
        ("retyping names", "Templates and content library"),
        ("chasing signatures", "Document tracking and analytics"),
        ("approvals take ages", "Approval workflows"),
        ("forgotten password", "Automatic reminders"),
        ("lost password", None),
        ("a significant mess", None),
        ("therapist sessions", None),
    ],
)
def test_a_problem_is_mapped_by_whole_words_or_marked_stems(topic: str, feature: str | None):
    turns = [user("well")]
    call = call_with(turns, span(turns, 0, SpanType.PAIN_POINT, "well", topic))
    assert sales_intelligence(call, REFERENCE).pain_points[0].solution == feature


def test_a_feature_is_discussed_once_with_its_strongest_context():
    turns = [user("can it bulk send"), user("no bulk send is a problem")]
    call = call_with(
        turns,
        span(turns, 0, SpanType.FEATURE_MENTION, "bulk send", "Bulk send"),
        span(turns, 1, SpanType.FEATURE_MENTION, "bulk send", "Bulk send"),
        span(turns, 1, SpanType.OBJECTION, "no bulk send is a problem", "bulk send", category="features"),
    )
    (feature,) = sales_intelligence(call, REFERENCE).features_discussed
    assert (feature.context, feature.interest) == ("objection", "low")


WHEN = [agent("When do you want it running?"), user("we sign by friday, no rush though")]


@pytest.mark.parametrize(
    ("bucket", "pressing"), [("this_week", "high"), ("this_quarter", "medium"), ("next_quarter", "low"), ("evaluating", "low")]
)
def test_how_soon_somebody_decides_tells_how_pressing_it_is(bucket: str, pressing: str):
    call = call_with(WHEN, span(WHEN, 1, SpanType.DECISION_TIMELINE, "by friday", "by friday", bucket=bucket))
    urgency = sales_intelligence(call, REFERENCE).urgency
    assert urgency is not None
    assert urgency.value == pressing
    assert urgency.evidence[0].quote == "by friday"


def test_a_far_date_that_is_firm_presses_a_little():
    call = call_with(WHEN, span(WHEN, 1, SpanType.DECISION_TIMELINE, "by friday", "by friday", bucket="next_quarter", firm=True))
    urgency = sales_intelligence(call, REFERENCE).urgency
    assert urgency is not None
    assert urgency.value == "medium"


def test_what_the_caller_says_for_sure_about_urgency_wins_over_the_date():
    timeline = span(WHEN, 1, SpanType.DECISION_TIMELINE, "by friday", "by friday", bucket="this_week")
    said = span(WHEN, 1, SpanType.URGENCY, "no rush", "low").model_copy(update={"confidence": 0.7})
    urgency = sales_intelligence(call_with(WHEN, timeline, said), REFERENCE).urgency
    assert urgency is not None
    assert urgency.value == "low"
