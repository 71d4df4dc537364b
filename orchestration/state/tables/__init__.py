"""Define the tables of the operational database, by subject; dbt reads those that ``_state__sources.yml`` lists.

Importing any module of this package makes ``METADATA`` complete.
"""

# The tables are created in the order of these imports.
# isort: off
from orchestration.state.tables.base import METADATA
from orchestration.state.tables.documents import COPIES, DOCUMENTS, FAILED_REDOS, REJECTIONS, STARTS
from orchestration.state.tables.runs import RUNS
from orchestration.state.tables.builds import BUILD_BATCH
from orchestration.state.tables.alerts import ALERT_EPISODES, ALERT_SILENCES, ALERTS, RECENT_CALLS
from orchestration.state.tables.budget import ENGINE_DAYS, ENGINE_REQUESTS
from orchestration.state.tables.annotation_batches import ANNOTATION_BATCH_ITEMS, ANNOTATION_BATCHES
from orchestration.state.tables.delivery import CIRCUITS, DELIVERY_LOG, DELIVERY_SOURCES, REQUEST_WINDOWS, ROUTED_LEADS
from orchestration.state.tables.followers import FOLLOWER_VERSIONS
from orchestration.state.tables.report_mails import REPORT_MAILS
from orchestration.state.tables.backfills import BACKFILL_CHUNKS, BACKFILLS
from orchestration.state.tables.inbound import INBOUND_EVENTS, UNSUBSCRIPTIONS
from orchestration.state.tables.live_samples import LIVE_SAMPLES
from orchestration.state.tables.call_views import CALL_VIEWS
from orchestration.state.tables.counters import COUNTERS
from orchestration.state.tables.schema_version import SCHEMA_VERSION

__all__ = [
    "ALERTS",
    "ALERT_EPISODES",
    "ALERT_SILENCES",
    "ANNOTATION_BATCHES",
    "ANNOTATION_BATCH_ITEMS",
    "BACKFILLS",
    "BACKFILL_CHUNKS",
    "BUILD_BATCH",
    "CALL_VIEWS",
    "CIRCUITS",
    "COPIES",
    "COUNTERS",
    "DELIVERY_LOG",
    "DELIVERY_SOURCES",
    "DOCUMENTS",
    "ENGINE_DAYS",
    "ENGINE_REQUESTS",
    "FAILED_REDOS",
    "FOLLOWER_VERSIONS",
    "INBOUND_EVENTS",
    "LIVE_SAMPLES",
    "METADATA",
    "RECENT_CALLS",
    "REJECTIONS",
    "REPORT_MAILS",
    "REQUEST_WINDOWS",
    "ROUTED_LEADS",
    "RUNS",
    "SCHEMA_VERSION",
    "STARTS",
    "UNSUBSCRIPTIONS",
]
