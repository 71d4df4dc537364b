"""The unit tests that stand beside the dbt models, run against a built warehouse."""

from __future__ import annotations

from dbt.cli.main import dbtRunner

from orchestration.warehouse.build import close_dbt
from orchestration.warehouse.environment import build_environment, environment
from orchestration.warehouse.project import dbt_arguments
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake


def test_the_unit_tests_beside_the_models_pass(lake: Lake):
    built(lake)
    with environment(build_environment(lake.settings)):
        try:
            run = dbtRunner().invoke(["test", *dbt_arguments(lake.settings.home / "dbt"), "--select", "test_type:unit"])
        finally:
            close_dbt()
    results = list(getattr(run.result, "results", []))
    assert run.success, [(result.node.name, result.message) for result in results if str(result.status) != "pass"]
    assert len(results) >= 5
