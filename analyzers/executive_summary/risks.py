"""List what may stop the deal: open objections, competitors, money and time (spec 3.9, 'risk factors')."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.call import AnnotatedCall
from analyzers.clauses import shown_clause
from analyzers.evidence import ExtractedFact
from analyzers.executive_summary.models import Risk
from analyzers.executive_summary.outcome import Findings, outcome
from analyzers.executive_summary.wording import OTHER, clause_of, ended, lowered, plain, said
from analyzers.sales_intelligence.models import ObjectionFact, SalesIntelligence

RIVALS = {"current": "is in use today", "considering": "is being considered as well", "comparison": "came up in the call"}


def risks(findings: Findings) -> tuple[Risk, ...]:
    """Return a refusal first, then open blockers, open concerns, competitors, budget and timeline."""
    found = findings.shown
    unresolved = sorted((o for o in found.objections if not o.resolved), key=lambda o: (o.severity != "blocker", -o.confidence))
    open_ones = [_objection(findings.call, one) for one in unresolved]
    return (*_refusal(findings), *open_ones, *_competitors(found), *_budget(found), *_timeline(found))


def _refusal(findings: Findings) -> Iterator[Risk]:
    """Yield what a reader must know before they call: that a next step was turned down, where the call came to nothing.

    Who goes on all the same has often turned down something else than the reader takes it for.
    """
    line = findings.declined
    if line is not None and outcome(findings).next_action == "nurture":
        clause = shown_clause(findings.call.items[line.item_id].text, line.start, line.end)
        words = said(findings.call, ExtractedFact(confidence=1.0, evidence=(line,), clause=clause))
        yield Risk(kind="objection", text=ended(f"Turned down what was offered: {words}"), evidence=(line,))


def _objection(call: AnnotatedCall, objection: ObjectionFact) -> Risk:
    """Name the topic, where it has one, and quote the whole clause, which is then evidence as well."""
    topic = lowered(objection.label) if objection.label and objection.topic != OTHER else None
    words, clause = said(call, objection), clause_of(call, objection)
    about = f"{topic} ({words})" if topic and words else topic or words or plain(objection.topic.replace("_", " "))
    kind = {"pricing": "budget", "timing": "timeline"}.get(objection.category, "objection")
    evidence = (*((clause,) if clause else ()), *objection.evidence)
    text = ended(f"Open {objection.severity} on {objection.category}: {about}")
    return Risk.model_validate({"kind": kind, "text": text, "evidence": tuple(dict.fromkeys(evidence))})


def _competitors(found: SalesIntelligence) -> Iterator[Risk]:
    for mention in found.competitors:
        if mention.context in RIVALS and not (mention.context == "current" and mention.sentiment == "negative"):
            yield Risk(kind="competitor", text=rival(mention.name, mention.context), evidence=mention.evidence)


def rival(name: str, context: str) -> str:
    """Say what a competitor is to the caller; ``context`` is one of ``RIVALS``."""
    return f"{plain(name)} {RIVALS[context]}."


def _budget(found: SalesIntelligence) -> Iterator[Risk]:
    authority = found.budget_authority
    if authority is not None and authority.value == "needs_approval":
        yield Risk(kind="budget", text="The caller needs someone else's approval for the spend.", evidence=authority.evidence)


def _timeline(found: SalesIntelligence) -> Iterator[Risk]:
    """Yield a risk for a decision that is far off, and for urgency and date that contradict each other."""
    when, urgency = found.decision_timeline, found.urgency
    if when is None:
        return
    far = when.value in ("next_quarter", "evaluating")
    evidence = (*when.evidence, *(urgency.evidence if urgency else ()))
    if far and urgency is not None and urgency.value == "high":
        yield Risk(kind="timeline", text="The need is called urgent, yet the decision is not near.", evidence=evidence)
    elif far:
        later = "next quarter" if when.value == "next_quarter" else "open: still evaluating"
        yield Risk(kind="timeline", text=f"The decision is {later}.", evidence=when.evidence)
    elif urgency is not None and urgency.value == "low":
        yield Risk(kind="timeline", text="A near decision was named, yet nothing presses.", evidence=evidence)
