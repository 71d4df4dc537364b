"""Extract sales intelligence (spec 3.1)."""

from analyzers.sales_intelligence.models import SalesIntelligence
from analyzers.sales_intelligence.report import facts_of_lines, sales_intelligence

__all__ = ["SalesIntelligence", "facts_of_lines", "sales_intelligence"]
