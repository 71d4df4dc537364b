"""``served_warehouse``: the published warehouse in PostgreSQL too, when one is configured (spec 8.3)."""

from typing import Any

import dagster as dg

from orchestration.resources import Platform
from orchestration.state.builds import record_served
from orchestration.state.counters import counter
from orchestration.warehouse.manifest import read_manifest


@dg.asset(deps=["published_warehouse"], group_name="publishing", pool="serving", kinds={"postgres"})
def served_warehouse(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """Marts and rollups in PostgreSQL for Metabase; one transaction a version, so that its readers never see it half done."""
    if platform.settings.serving_url is None:
        return dg.MaterializeResult(metadata={"served": "no: VOICE_SERVING_URL is not set"})
    from orchestration.postgres.serve import serve

    served = serve(platform.settings)
    with platform.state.writing() as connection:
        record_served(connection, served.version)
    return dg.MaterializeResult(
        metadata={"version": served.version, "rows": served.rows, "sessions": served.sessions, "loaded anew": served.reloaded}
    )


def serving_is_due(platform: Platform) -> bool:
    """Whether a version is published that was not served yet. A PostgreSQL put back from a backup is found out at night."""
    published = read_manifest(platform.settings.published_dir)
    if platform.settings.serving_url is None or published is None:
        return False
    with platform.state.reading() as connection:
        return counter(connection, "served_version") != published.version
