"""Build a caller's CRM record: every field of spec 4.1 to 4.6 from the merged lead and the reports of its calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from analyzers.sales_values import OTHER
from contract.platform.control_characters import without_controls
from contract.vocabulary import vocabulary
from orchestration.destinations.salesforce.matching import OPT_OUTS
from orchestration.destinations.salesforce.picklists import Picklists
from orchestration.destinations.salesforce.wording import LINE, bullets, cut, json_within, quote_of

Report = Mapping[str, Any]
_COMPETITOR_ORDER = ("current", "considering", "comparison", "past")
_MANUAL = frozenset({"manual", "paper", "email", "word", "excel", "pdf", "spreadsheets", "google docs", "printing"})
NO_CONTACT = "None: the caller asked not to be contacted in this way."
_KEY_QUOTES = 10  # as the specification says (spec 4.5)


@dataclass(frozen=True)
class CallReports:
    """One call of the person: start, duration, scores, the reports that the CRM shows, and when the meeting it booked begins."""

    session_id: str
    start_time: datetime
    duration_seconds: int | None
    engagement_score: float | None
    sentiment: str | None
    meeting_booked: bool
    sales: Report
    score: Report
    objections: Report
    competitors: Report
    summary: Report
    meeting_at: datetime | None = None


@dataclass(frozen=True)
class Person:
    """A merged lead (``leads``) and its calls, the newest first."""

    lead_key: str
    email: str | None
    name: str | None
    company: str | None
    team_size: int | None
    monthly_volume: int | None
    integration_needs: Sequence[str]
    industry: str | None
    location: str | None
    current_tool: str | None
    pain_points: Sequence[str]
    decision_timeline: str | None
    budget_authority: str | None
    urgency: str | None
    qualification_tier: str | None
    lead_score: int | None
    calls: Sequence[CallReports]
    booking_email: str | None = None
    """Address that was only spoken, in a booking: it makes a new record at most, and matches none."""
    booking_name: str | None = None
    do_not_call: bool = False
    email_opt_out: bool = False
    """Wishes of the caller in any call; both together: not to be contacted at all."""

    @property
    def latest(self) -> CallReports:
        return self.calls[0]


@dataclass
class TargetRecord:
    """Values by API name, None when unknown. ``unmapped_values`` are values no picklist has, as ``field: value``."""

    fields: dict[str, Any]
    unmapped_values: list[str] = field(default_factory=list[str])


def person_fields(person: Person, picklists: Picklists, owner_id: str | None, now: datetime) -> TargetRecord:
    """Return every field of spec 4.1 to 4.6; picklist values through ``data/picklists.yml``, texts cut, numbers in range.

    The standard fields for wishes not to be contacted are there only when they are to be set: nothing of ours clears them.
    """
    unmapped_values: list[str] = []

    def pick(name: str, value: str | None) -> str | None:
        mapped = None if value is None else picklists.value(name, value)
        if value is not None and mapped is None:
            unmapped_values.append(name)
        return mapped

    def pick_many(name: str, values: Iterable[str]) -> str | None:
        mapped = dict.fromkeys(found for value in values if (found := pick(name, value)))
        return ";".join(sorted(mapped)) or None

    latest = person.latest
    return TargetRecord(
        {
            "Lead_Score__c": within(person.lead_score, 0, 100),
            "Lead_Score_Breakdown__c": json_within(dict(latest.score)) if latest.score.get("components") else None,
            "Qualification_Tier__c": pick("Qualification_Tier__c", person.qualification_tier),
            "Last_Voice_Call_Date__c": moment(latest.start_time),
            "Last_Call_Duration_Minutes__c": minutes(latest.duration_seconds),
            "Voice_Engagement_Score__c": within(latest.engagement_score, 0, 10),
            "Team_Size__c": within(person.team_size, 1, 9999),
            "Monthly_Document_Volume__c": within(person.monthly_volume, 0, 99_999),
            "Integration_Needs__c": pick_many("Integration_Needs__c", person.integration_needs),
            "Industry_Vertical__c": pick("Industry_Vertical__c", person.industry),
            "Decision_Timeline__c": pick("Decision_Timeline__c", person.decision_timeline),
            "Budget_Authority__c": pick("Budget_Authority__c", person.budget_authority),
            "Current_Tool__c": cut(person.current_tool, LINE),
            "Urgency_Level__c": pick("Urgency_Level__c", person.urgency),
            "Pain_Points__c": bullets(person.pain_points),
            "Use_Cases__c": pick_many("Use_Cases__c", _use_cases(person.calls)),
            "Feature_Requests__c": bullets(_feature_requests(person.calls)),
            "Competitor_Mentioned__c": pick("Competitor_Mentioned__c", _competitor(person)),
            "Current_Solution__c": _current_solution(person),
            "Switching_Barriers__c": bullets(_switching_barriers(person.calls)),
            "Objections_Raised__c": bullets(_objections(latest)),
            "Buying_Signals__c": bullets(_buying_signals(latest)),
            "Stakeholders_Mentioned__c": cut("; ".join(_stakeholders(latest)), LINE),
            "Key_Quotes__c": bullets(f"“{quote}”" for quote in _key_quotes(latest)),
            "Call_Sentiment__c": pick("Call_Sentiment__c", latest.sentiment),
            "Next_Best_Action__c": cut(_next_best_action(person, now), LINE),
            "Follow_Up_Priority__c": follow_up_priority(person, latest),
            "Recommended_Owner__c": owner_id,
            **opt_outs(person),
        },
        unmapped_values,
    )


def follow_up_priority(person: Person, call: CallReports) -> str:
    """Return High (hot, urgent or a meeting booked), Medium (Tier 1, warm or some urgency) or Low."""
    if person.do_not_call:
        return "Low"
    temperature = call.score.get("temperature")
    if temperature == "hot" or person.urgency == "high" or call.meeting_booked:
        return "High"
    if vocabulary().is_qualified(person.qualification_tier) or temperature == "warm" or person.urgency == "medium":
        return "Medium"
    return "Low"


def next_best_action(call: CallReports, now: datetime) -> str | None:
    """Return what to do next, and when; from the moment of the booked meeting on, that it is to be followed up."""
    recommended = call.summary.get("recommended_action") or {}
    action, timing = recommended.get("action"), recommended.get("timing")
    if action and call.meeting_at and call.meeting_at <= now:
        return f"Follow up on the meeting of {(timing or '').removeprefix('on ')}"
    return " ".join(filter(None, (action, timing))) or None


def opt_outs(person: Person) -> dict[str, bool]:
    """Return the standard fields of Lead and Contact that the caller's wishes set."""
    wanted = zip(OPT_OUTS, (person.do_not_call, person.email_opt_out), strict=True)
    return {name: True for name, wished in wanted if wished}


def _next_best_action(person: Person, now: datetime) -> str | None:
    """Return the recommended action, unless the caller's wishes in any call forbid it; a mail is all that is not a talk."""
    recommended = person.latest.summary.get("recommended_action") or {}
    by_mail = recommended.get("kind") == "email"
    if person.email_opt_out if by_mail else person.do_not_call:
        return NO_CONTACT
    return next_best_action(person.latest, now)


def within(number: float | None, lowest: float, highest: float) -> float | None:
    """Clamp the number to the range that the field can hold."""
    return None if number is None else min(max(number, lowest), highest)


def minutes(seconds: int | None) -> float | None:
    return None if seconds is None else within(round(seconds / 60, 1), 0, 9999.9)


def moment(time: datetime) -> str:
    """Format a time as Salesforce does, to the second, which is its precision."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def name_parts(person: Person) -> tuple[str | None, str]:
    """Return first and last name within Salesforce's lengths; without a name, the part of the e-mail before the @."""
    words = without_controls(person.name or person.booking_name or "").split()
    if not words:
        return None, (person.email or person.booking_email or "Unknown").partition("@")[0][:80] or "Unknown"
    return (" ".join(words[:-1])[:40] or None), words[-1][:80]


def _use_cases(calls: Iterable[CallReports]) -> Iterator[str]:
    for call in calls:
        cases = call.sales.get("use_cases") or {}
        for case in (cases.get("primary"), *(cases.get("secondary") or ())):
            if case and case.get("value"):
                yield str(case["value"])


def _feature_requests(calls: Iterable[CallReports]) -> Iterator[str]:
    for call in calls:
        for wish in call.sales.get("feature_requests") or ():
            name = _topic(wish, "feature") or "feature"
            yield _tagged(wish, name, str(wish.get("priority") or "").replace("_", " "), "open")


def _objections(call: CallReports) -> Iterator[str]:
    for objection in call.objections.get("objections") or call.sales.get("objections") or ():
        state = "resolved" if objection.get("resolved") else "open"
        yield _tagged(objection, str(objection.get("category") or "other"), str(objection.get("severity") or ""), state)


def _topic(entry: Report, name: str) -> str | None:
    """Return the topic of an entry; None where it is of none."""
    topic = entry.get(name)
    return None if topic in (None, OTHER) else str(topic)


def _tagged(entry: Report, category: str, weight: str, state: str) -> str:
    words = quote_of(entry) or _topic(entry, "topic") or ""
    return f"[{', '.join(filter(None, (category, weight)))}, {state}] {words}".strip()


def _switching_barriers(calls: Iterable[CallReports]) -> Iterator[str]:
    for call in calls:
        for barrier in call.objections.get("switching_barriers") or ():
            yield f"[{barrier.get('kind')}] {quote_of(barrier) or barrier.get('topic') or ''}".strip()


def _buying_signals(call: CallReports) -> Iterator[str]:
    for signal in call.sales.get("buying_signals") or ():
        words, topic = quote_of(signal), _topic(signal, "signal")
        said = ": ".join(filter(None, (signal.get("label") or topic if topic else None, f"“{words}”" if words else None)))
        yield f"[{signal.get('strength')}, {signal.get('kind')}] {said}"


def _stakeholders(call: CallReports) -> list[str]:
    named = call.sales.get("stakeholders") or ()
    return list(dict.fromkeys(f"{one.get('role')} ({one.get('influence')})".replace("_", " ") for one in named))


def _competitor(person: Person) -> str:
    """Return the most relevant competitor: in use, considered, compared, left; then the newest. Else manual work, else none."""
    named = [one for call in person.calls for one in call.sales.get("competitors") or ()]
    if named:
        order = {context: at for at, context in enumerate(_COMPETITOR_ORDER)}
        return str(min(named, key=lambda one: order.get(str(one.get("context")), len(order))).get("name"))
    ways = (person.current_tool or "").lower().split(" and ")
    return "Manual Process" if all(way in _MANUAL for way in ways) else "None"


def _current_solution(person: Person) -> str | None:
    """Return the tool of the newest call that names one, other tools in use, and the caller's words."""
    for call in person.calls:
        tool = call.sales.get("current_tool") or {}
        if tool.get("value"):
            others = [str(one.get("name")) for one in (call.sales.get("integrations") or {}).get("in_use") or ()]
            also = f"; also uses {', '.join(others)}" if others else ""
            words = quote_of(tool) or ""
            quoted = f": '{words}'" if len(words.split()) > len(str(tool["value"]).split()) else ""
            return cut(f"{tool['value']}{also}{quoted}", LINE)
    return cut(person.current_tool, LINE)


def _key_quotes(call: CallReports) -> list[str]:
    """Return up to ten quotes of the caller, the most certain first, one per utterance (spec 4.5)."""
    sales = call.sales
    entries = [
        *(signal for signal in sales.get("buying_signals") or () if signal.get("strength") == "strong"),
        *(objection for objection in sales.get("objections") or () if objection.get("severity") == "blocker"),
        *(sales.get("pain_points") or ()),
        *(sales.get("competitors") or ()),
    ]
    quotes: dict[str, str] = {}
    for entry in sorted(entries, key=lambda one: -float(one.get("confidence") or 0)):
        words = quote_of(entry)
        if words and len(quotes) < _KEY_QUOTES:
            quotes.setdefault(str(entry["evidence"][0].get("item_id")), words)
    return list(quotes.values())
