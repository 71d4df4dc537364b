"""Name the nine reports, in the order of the specification (3.1 to 3.9).

The one list of them in Python: the analyzers, the lake's columns and the assets derive theirs from it, and tests compare dbt's. It
stands apart from ``reports`` so that a command that only reads the lake need not import the analyzers (0.5 s of CPU).
"""

from __future__ import annotations

REPORT_NAMES = (
    "sales_intelligence",
    "lead_score",
    "conversation_quality",
    "sentiment",
    "objections_competitors",
    "performance",
    "content_gaps",
    "action_items",
    "executive_summary",
)
