"""List the nine analyzers: name, inputs and function, in an order in which each finds its inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_type_hints

from analyzers.action_items import action_items
from analyzers.call import AnnotatedCall
from analyzers.content_gaps import content_gaps
from analyzers.conversation_quality import conversation_quality
from analyzers.evidence import ReportModel
from analyzers.executive_summary import executive_summary
from analyzers.lead_score import lead_score
from analyzers.objections_competitors import objections_competitors
from analyzers.performance import performance
from analyzers.report_names import REPORT_NAMES
from analyzers.sales_intelligence import sales_intelligence
from analyzers.sentiment import sentiment
from contract.reference import Reference

ANALYZER_VERSION = "2"

Reports = Mapping[str, ReportModel]


@dataclass(frozen=True)
class Analyzer:
    """Describes one analyzer: ``run(call, reference, *reports named in inputs)`` returns its report (spec section 3)."""

    name: str
    inputs: tuple[str, ...]
    run: Callable[..., ReportModel]

    @property
    def model(self) -> type[ReportModel]:
        """Return the pydantic model that ``run`` is annotated to return."""
        return get_type_hints(self.run)["return"]

    def report(self, call: AnnotatedCall, reference: Reference, reports: Reports) -> ReportModel:
        return self.run(call, reference, *(reports[name] for name in self.inputs))


ANALYZERS = (
    Analyzer("sales_intelligence", (), sales_intelligence),
    Analyzer("performance", (), performance),
    Analyzer("sentiment", (), sentiment),
    Analyzer("content_gaps", (), content_gaps),
    Analyzer("action_items", (), action_items),
    Analyzer("objections_competitors", ("sales_intelligence",), objections_competitors),
    Analyzer("conversation_quality", ("sentiment", "content_gaps", "action_items"), conversation_quality),
    Analyzer("lead_score", ("sales_intelligence", "conversation_quality"), lead_score),
    Analyzer(
        "executive_summary",
        ("sales_intelligence", "lead_score", "conversation_quality", "objections_competitors", "action_items"),
        executive_summary,
    ),
)
_MODELS = {analyzer.name: analyzer.model for analyzer in ANALYZERS}
REPORT_MODELS = {name: _MODELS[name] for name in REPORT_NAMES}


def analyze(call: AnnotatedCall, reference: Reference) -> dict[str, ReportModel]:
    """Compute all nine reports of one call, by name: a pure function of the document, its annotations and the reference data."""
    reports: dict[str, ReportModel] = {}
    for analyzer in ANALYZERS:
        reports[analyzer.name] = analyzer.report(call, reference, reports)
    return reports
