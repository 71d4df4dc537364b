"""CONTRIBUTING, 'A follower': a function and an entry of the table."""

import dagster as dg

from orchestration.defs.assembly import build_definitions
from orchestration.downstream.follower import Follower, is_due, run_follower
from orchestration.downstream.table import FOLLOWERS
from orchestration.resources import Platform
from orchestration.state.counters import next_value


def test_a_follower_is_a_function_and_an_entry(platform: Platform):
    ran: list[str] = []
    toy = Follower(
        "toy",
        job="run_toy",
        description="Counts its runs.",
        cron="* * * * *",
        follows="state",
        run=lambda platform, day: {"runs": len(ran) or ran.append("once") or 1},
    )
    definitions = build_definitions(platform, [*FOLLOWERS, toy])
    dg.Definitions.validate_loadable(definitions)
    assert definitions.resolve_job_def("run_toy").name == "run_toy"
    assert definitions.resolve_schedule_def("toy_schedule").cron_schedule == "* * * * *"

    assert is_due(toy, platform)
    assert run_follower(toy, platform) == {"runs": 1}
    assert not is_due(toy, platform)
    with platform.state.writing() as connection:
        next_value(connection, "change")
    assert is_due(toy, platform)
