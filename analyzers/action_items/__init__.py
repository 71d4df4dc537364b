"""Build the action item report (spec 3.8)."""

from analyzers.action_items.models import ActionItemsReport
from analyzers.action_items.report import action_items

__all__ = ["ActionItemsReport", "action_items"]
