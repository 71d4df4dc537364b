"""Analysed calls for alert rules."""

from __future__ import annotations

from analyzers.lead_score.report import lead_score
from orchestration.alerts.business import AnalysedCall
from tests.analyzers.conversation_quality.reports import quality_of_call
from tests.analyzers.recorded_calls import REFERENCE
from tests.analyzers.sales_facts import BOOKED, engaged_call, interested_lead, strong_lead


def analysed_call() -> AnalysedCall:
    """A call of some interest, about which no business rule has anything to say."""
    call, sales = engaged_call(), interested_lead()
    return AnalysedCall(call.document, sales, lead_score(call, REFERENCE, sales, quality_of_call(call)))


def hot_call() -> AnalysedCall:
    """A call that is a hot lead and booked a meeting."""
    call, sales = engaged_call(tool_calls=[BOOKED]), strong_lead()
    return AnalysedCall(call.document, sales, lead_score(call, REFERENCE, sales, quality_of_call(call)))
