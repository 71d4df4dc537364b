"""Choose what of the reports is claimed to people: in the CRM, alerts, e-mails and the summary. The warehouse keeps everything.

A claim is shown from the confidence on at which its kind is right four times of five (``data/claims.yml``, fitted by
``python -m evaluation.claims``). Of a kind at most five are shown, the strongest first, each topic once. A line has one meaning: it
is an objection and a buying signal only where two clauses of it say so. Reports come as JSON values, as the warehouse has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from contract.reference import ReferenceTable

if TYPE_CHECKING:
    from analyzers.sales_intelligence.models import SalesIntelligence

Entry = Mapping[str, Any]
EMBEDDED = "embedded"
SINGLES = (
    "team_size",
    "monthly_volume",
    "industry",
    "location",
    "current_tool",
    "budget_authority",
    "caller_role",
    "decision_timeline",
    "urgency",
    "budget",
    "revenue",
    "headcount",
    "market_presence",
)
MEANINGS = ("objections", "buying_signals", "pain_points", "feature_requests")
"""Kinds of which a line shows one."""
LISTS = (*MEANINGS, "competitors", "stakeholders", "contact_wishes", "features_discussed")


class Claims(BaseModel):
    """``least`` is the confidence (0-1) from which a kind is claimed, None where no confidence is enough.

    ``unmeasured`` holds for kinds that are not in ``least``, ``most`` is how many of a kind are shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    most: int
    unmeasured: float
    least: Mapping[str, float | None]

    def holds(self, kind: str, fact: Entry) -> bool:
        """Return whether a fact is claimed. What only the live agent noted is passed on as such: there are no words to read."""
        if fact.get("source") == "discovered_signals":
            return True
        least = self.least.get(kind, self.unmeasured)
        return least is not None and _confidence(fact) >= least

    def sales(self, report: Entry, *, leaving: bool = False) -> dict[str, Any]:
        """Return a sales intelligence report with its claims alone: other facts are null, other entries left out.

        Nothing that a caller says who is ``leaving`` is told as a sign that they will buy.
        """
        claimed = dict(report)
        for name in SINGLES:
            fact = report.get(name)
            claimed[name] = fact if fact and self.holds(name, fact) else None
        for name in LISTS:
            if name != "contact_wishes" and name in report:
                claimed[name] = self._held(name, report[name])
        claimed |= _one_meaning(claimed, self.most)
        claimed |= {name: self._strongest(claimed[name]) for name in LISTS if name in claimed and name not in MEANINGS}
        signals = {"buying_signals": []} if leaving else {}
        return claimed | signals | self._systems_and_uses(report)

    def sales_model(self, report: SalesIntelligence, *, leaving: bool = False) -> SalesIntelligence:
        """Return the claims of a report that is not yet JSON."""
        return type(report).model_validate(self.sales(report.model_dump(mode="json"), leaving=leaving))

    def objections(self, report: Entry, sales: Entry) -> dict[str, Any]:
        """Return an objection report with its barriers and the objections of the claimed ``sales`` report, in its own order."""
        shown = [_identity(one) for one in sales.get("objections") or ()]
        kept = [one for one in report.get("objections") or () if _identity(one) in shown]
        barriers = self._strongest(self._held("switching_barriers", report.get("switching_barriers") or ()))
        return {**report, "objections": kept, "switching_barriers": barriers}

    def reports(self, reports: Mapping[str, Entry]) -> dict[str, Entry]:
        """Return the reports of a call with their claims alone."""
        leaving = bool(reports["executive_summary"].get("leaving"))
        sales, actions = self.sales(reports["sales_intelligence"], leaving=leaving), reports["action_items"]
        objections = self.objections(reports["objections_competitors"], sales)
        claimed = {"sales_intelligence": sales, "objections_competitors": objections}
        return {**reports, **claimed, "action_items": {**actions, "items": self.actions(actions.get("items") or ())}}

    def actions(self, items: Iterable[Entry]) -> list[Entry]:
        """Return the action items that are claimed, in their order; at most ``most``."""
        return self._held("action_items", items)[: self.most]

    def _systems_and_uses(self, report: Entry) -> dict[str, Any]:
        systems, uses = report.get("integrations") or {}, report.get("use_cases") or {}
        named = {"needed": "integrations", "in_use": "integrations_in_use"}
        linked = {part: self._strongest(self._held(kind, systems.get(part) or ())) for part, kind in named.items()}
        primary, secondary = uses.get("primary"), self._held("use_case", uses.get("secondary") or ())
        held = primary if primary and self.holds("use_case", primary) else None
        cases = {"primary": held, "secondary": secondary, "complexity": uses.get("complexity") if held else None}
        return {"integrations": linked, "use_cases": cases}

    def _held(self, kind: str, entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries or () if self.holds(kind, entry)]

    def _strongest(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the surest entries, each label once."""
        ranked = sorted(entries, key=lambda entry: -_confidence(entry))
        unique = {entry.get("label") or id(entry): entry for entry in reversed(ranked)}
        return list(reversed(unique.values()))[: self.most]


class ClaimsByEngine(ReferenceTable):
    """Holds what is claimed of each engine's reading: what one engine is sure of may be a guess of another."""

    file: ClassVar[str] = "claims.yml"
    engines: Mapping[str, Claims]

    def of(self, engine: str | None) -> Claims:
        """Return the thresholds of an engine; of one that has none, or of a call that none read, those of ``embedded``."""
        return self.engines.get(engine or EMBEDDED, self.engines[EMBEDDED])


def _confidence(fact: Entry) -> float:
    return float(fact.get("confidence", 1.0))


def _identity(objection: Entry) -> tuple[Any, ...]:
    return tuple(objection.get(name) for name in ("category", "topic", "clause"))


def _one_meaning(report: Entry, most: int) -> dict[str, list[Entry]]:
    """Return the surest entries of ``MEANINGS``, each label once; of those that share a clause only the surest."""
    entries = [(name, entry) for name in MEANINGS if name in report for entry in report[name]]
    kept: dict[str, dict[object, Entry]] = {name: {} for name in MEANINGS if name in report}
    for name, entry in sorted(entries, key=lambda pair: -_confidence(pair[1])):
        label = entry.get("label") or id(entry)
        if len(kept[name]) < most and label not in kept[name] and not _taken(entry, name, kept):
            kept[name][label] = entry
    return {name: list(found.values()) for name, found in kept.items()}


def _taken(entry: Entry, name: str, kept: Mapping[str, Mapping[object, Entry]]) -> bool:
    """Return whether the entry's clause means something else already."""
    return any(_same_clause(entry, shown) for other, found in kept.items() if other != name for shown in found.values())


def _same_clause(one: Entry, other: Entry) -> bool:
    """Return whether two entries rest on the same clause of the same line."""
    if _lines(one).isdisjoint(_lines(other)):
        return False
    ours, theirs = _words(one), _words(other)
    return ours in theirs or theirs in ours


def _lines(entry: Entry) -> set[str]:
    return {str(quote.get("item_id")) for quote in entry.get("evidence") or ()}


def _words(entry: Entry) -> str:
    """Return the clause, of an older report the first quote."""
    quotes: Sequence[Entry] = entry.get("evidence") or ()
    return str(entry.get("clause") or (quotes[0].get("quote") if quotes else ""))
