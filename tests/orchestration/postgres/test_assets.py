"""The asset, the command and the check-up around PostgreSQL."""

from __future__ import annotations

from typing import Any

import dagster as dg

from orchestration.defs.assets.followers import follower_asset
from orchestration.doctor import check_up
from orchestration.downstream.follower import is_due
from orchestration.downstream.table import FOLLOWERS
from orchestration.resources import Platform
from orchestration.warehouse.publish import publish
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents

SERVING = next(follower for follower in FOLLOWERS if follower.name == "served_warehouse")


def test_the_asset_serves_what_is_published_once(lake: Lake, reader: Any):
    lake.analyse(sample_documents()[:2])
    built(lake)
    publish(lake.settings)
    platform = Platform(lake.settings)
    assert is_due(SERVING, platform)
    result = dg.materialize([follower_asset(SERVING)], resources={"platform": platform})
    assert result.success
    assert not is_due(SERVING, platform)
    metadata = result.asset_materializations_for_node("served_warehouse")[0].metadata
    assert metadata["sessions"].value == 2
    with reader.cursor() as cursor:
        cursor.execute("select count(*) from main.sessions")
        assert cursor.fetchone() == (2,)
    platform.state.close()


def test_without_a_serving_database_nothing_is_due_and_nothing_fails(lake: Lake):
    platform = Platform(lake.settings.model_copy(update={"serving_url": None}))
    assert not is_due(SERVING, platform)
    assert dg.materialize([follower_asset(SERVING)], resources={"platform": platform}).success
    platform.state.close()


def test_the_check_up_names_the_server_and_never_its_address(lake: Lake):
    found = next(finding for finding in check_up(Platform(lake.settings)) if finding.subject == "serving database")
    assert found.ok
    assert found.found.startswith("PostgreSQL ")
    assert lake.settings.serving_url is not None
    assert lake.settings.serving_url.get_secret_value() not in found.found
