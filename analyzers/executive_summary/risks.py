"""List what may stop the deal: open objections, competitors, money and time (spec 3.9, 'risk factors')."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.executive_summary.models import Risk
from analyzers.executive_summary.outcome import Findings
from analyzers.executive_summary.wording import plain, quoted
from analyzers.sales_intelligence.models import ObjectionFact, SalesIntelligence

RIVALS = {"current": "is in use today", "considering": "is being considered as well", "comparison": "is what they compare with"}


def risks(findings: Findings) -> tuple[Risk, ...]:
    """Return open blockers first, then open concerns, competitors, budget and timeline."""
    found = findings.found
    unresolved = sorted((o for o in found.objections if not o.resolved), key=lambda o: (o.severity != "blocker", -o.confidence))
    return (*map(_objection, unresolved), *_competitors(found), *_budget(found), *_timeline(found))


def _objection(objection: ObjectionFact) -> Risk:
    words = quoted(objection.evidence) or plain(objection.topic.replace("_", " "))
    text = f"Open {objection.severity} on {objection.category}{f': {words}' if words else ''}"
    text += "" if text.endswith((".”", "?”", "!”")) else "."
    kind = {"pricing": "budget", "timing": "timeline"}.get(objection.category, "objection")
    return Risk.model_validate({"kind": kind, "text": text, "evidence": objection.evidence})


def _competitors(found: SalesIntelligence) -> Iterator[Risk]:
    for mention in found.competitors:
        if mention.context in RIVALS and not (mention.context == "current" and mention.sentiment == "negative"):
            yield Risk(kind="competitor", text=f"{plain(mention.name)} {RIVALS[mention.context]}.", evidence=mention.evidence)


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
        yield Risk(kind="timeline", text=f"The decision is {later}.", evidence=evidence)
    elif urgency is not None and urgency.value == "low":
        yield Risk(kind="timeline", text="A near decision was named, yet nothing presses.", evidence=evidence)
