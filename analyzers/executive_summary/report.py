"""Build the executive summary from the evidenced facts of the other reports alone (spec 3.9)."""

from __future__ import annotations

from analyzers.action_items.models import ActionItemsReport
from analyzers.availability import words_missing
from analyzers.call import AnnotatedCall
from analyzers.claims import ClaimsByEngine
from analyzers.conversation_quality.models import ConversationQualityReport
from analyzers.executive_summary.guide import SummaryGuide
from analyzers.executive_summary.leaving import leaving
from analyzers.executive_summary.models import ExecutiveSummary
from analyzers.executive_summary.nobody import of_nobody
from analyzers.executive_summary.opportunity import opportunity
from analyzers.executive_summary.outcome import Findings, outcome
from analyzers.executive_summary.prose import summary
from analyzers.executive_summary.recommendation import recommended_action
from analyzers.executive_summary.risks import risks
from analyzers.executive_summary.takeaways import key_takeaways
from analyzers.executive_summary.wording import Labels
from analyzers.lead_score.models import LeadScore
from analyzers.objections_competitors.models import ObjectionsCompetitorsReport
from analyzers.sales_intelligence.models import SalesIntelligence
from contract.reference import Reference


def executive_summary(
    call: AnnotatedCall,
    reference: Reference,
    sales_intelligence: SalesIntelligence,
    lead_score: LeadScore,
    conversation_quality: ConversationQualityReport,
    objections_competitors: ObjectionsCompetitorsReport,
    action_items: ActionItemsReport,
) -> ExecutiveSummary:
    """Report outcome, prose, takeaways, risks, opportunity and the next action; unavailable when the words are missing."""
    reason = words_missing(call)
    if reason is not None:
        return ExecutiveSummary(status="unavailable", reason=reason)
    guide, labels = reference.table(SummaryGuide), Labels(reference)
    claims = reference.table(ClaimsByEngine).of(call.annotations.engine)
    gone = leaving(call, guide)
    shown = claims.sales_model(sales_intelligence, leaving=gone is not None)
    agreed = [item for item in action_items.items if claims.holds("action_items", item.model_dump())]
    findings = Findings(
        call=call,
        found=sales_intelligence,
        shown=shown,
        score=lead_score,
        quality=conversation_quality,
        answers=objections_competitors,
        actions=action_items.model_copy(update={"items": tuple(agreed)}),
        guide=guide,
        labels=labels,
        leaving=gone,
    )
    if sales_intelligence.no_prospect is not None:
        return of_nobody(sales_intelligence.no_prospect, findings)
    decided, dangers = outcome(findings), risks(findings)
    action = recommended_action(findings, decided)
    return ExecutiveSummary(
        outcome=decided,
        leaving=gone.how if gone else None,
        summary=summary(findings, decided, dangers, action),
        key_takeaways=key_takeaways(findings, dangers),
        risks=dangers,
        opportunity=opportunity(findings),
        recommended_action=action,
    )
