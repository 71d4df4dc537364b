"""List the nine analyzers: name, inputs and function, in an order in which each finds its inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_type_hints

from analyzers.action_items import action_items
from analyzers.call import AnnotatedCall
from analyzers.content_gaps.report import content_gaps
from analyzers.conversation_quality.report import conversation_quality
from analyzers.evidence import ReportModel
from analyzers.executive_summary import executive_summary
from analyzers.lead_score.report import lead_score
from analyzers.no_prospect import gated
from analyzers.objections_competitors import objections_competitors
from analyzers.performance import performance
from analyzers.report_names import REPORT_NAMES
from analyzers.sales_intelligence import sales_intelligence
from analyzers.sentiment import sentiment
from contract.reference import Reference

ANALYZER_VERSION = "4"

Reports = Mapping[str, ReportModel]


@dataclass(frozen=True)
class Analyzer:
    """Describes one analyzer: ``run(call, reference, *reports named in inputs)`` returns its report (spec section 3)."""

    name: str
    description: str
    """What the report says of a call, for people who do not read the code."""
    inputs: tuple[str, ...]
    run: Callable[..., ReportModel]

    @property
    def model(self) -> type[ReportModel]:
        """Return the pydantic model that ``run`` is annotated to return."""
        return get_type_hints(self.run)["return"]

    def report(self, call: AnnotatedCall, reference: Reference, reports: Reports) -> ReportModel:
        return self.run(call, reference, *(reports[name] for name in self.inputs))


ANALYZERS = (
    Analyzer(
        "sales_intelligence",
        "Facts about the deal in one call: team, documents, tools, budget, timeline, pain points, competitors, objections;"
        " each with confidence and quotes, null where the call says nothing.",
        (),
        sales_intelligence,
    ),
    Analyzer(
        "performance",
        "How fast and at what cost the agent answered in one call: latencies by component, tokens, US dollars, failed tools.",
        (),
        performance,
    ),
    Analyzer(
        "sentiment",
        "How the caller felt in one call, by utterance and over its course.",
        ("sales_intelligence",),
        sentiment,
    ),
    Analyzer(
        "content_gaps",
        "What one call asked and the knowledge base did not answer: failed searches, open and repeated questions.",
        (),
        content_gaps,
    ),
    Analyzer(
        "action_items",
        "What was agreed in one call: promises of agent and caller with due times, and meetings booked by tools.",
        (),
        action_items,
    ),
    Analyzer(
        "objections_competitors",
        "Objections and competitors of one call, ranked, with the agent's answers, barriers to switching and battlecards.",
        ("sales_intelligence",),
        objections_competitors,
    ),
    Analyzer(
        "conversation_quality",
        "How well the conversation of one call went, as a weighted mean of what was measured.",
        ("sentiment", "content_gaps", "action_items"),
        conversation_quality,
    ),
    Analyzer(
        "lead_score",
        "The lead's score after one call, 0 to 100, and the tier; every factor with points and reason, the strongest first.",
        ("sales_intelligence", "conversation_quality"),
        lead_score,
    ),
    Analyzer(
        "executive_summary",
        "One call for a person in a hurry: outcome, summary, takeaways, risks, opportunity and the next action.",
        ("sales_intelligence", "lead_score", "conversation_quality", "objections_competitors", "action_items"),
        executive_summary,
    ),
)
_MODELS = {analyzer.name: analyzer.model for analyzer in ANALYZERS}
REPORT_MODELS = {name: _MODELS[name] for name in REPORT_NAMES}


def analyze(call: AnnotatedCall, reference: Reference) -> dict[str, ReportModel]:
    """Compute all nine reports of one call, by name: a pure function of the document, its annotations and the reference data."""
    call, reports = gated(call, reference), dict[str, ReportModel]()
    for analyzer in ANALYZERS:
        reports[analyzer.name] = analyzer.report(call, reference, reports)
    return reports
