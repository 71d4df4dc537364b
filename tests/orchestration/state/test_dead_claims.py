"""A document that kills the process of every run is found by taking it alone, and the others are processed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from contract.platform.settings import PROJECT_ROOT, Settings
from contract.platform.store import Store
from orchestration.intake.discovery import discover
from orchestration.intake.planning import next_plan
from orchestration.resources import Platform
from orchestration.state.claims import claim, register_run
from orchestration.state.tables import DOCUMENTS, REJECTIONS
from tests.support.documents import NOW, put, session

RUN = [sys.executable, "-m", "tests.orchestration.state.test_dead_claims"]
DEADLY = "call_2"


def run_once(home: Path) -> bool:
    """Claim the next batch and finish it, unless the deadly document is in it; return whether there was one."""
    platform = Platform(Settings(home=home, now=NOW))  # pyright: ignore[reportCallIssue]
    plan = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    if plan is None or not plan.store_keys:
        return False
    with platform.state.writing() as connection:
        register_run(connection, str(os.getpid()), NOW, 300)
        claim(connection, str(os.getpid()), plan.store_keys)
    if any(DEADLY in key for key in plan.store_keys):
        os._exit(9)
    with platform.state.writing() as connection:
        connection.execute(DOCUMENTS.update().where(DOCUMENTS.c.store_key.in_(plan.store_keys)).values(state="analysed"))
    return True


def test_a_document_that_kills_every_run_is_parked_after_it_was_alone(tmp_path: Path, database: str):
    platform = Platform(Settings(home=tmp_path, now=NOW))  # pyright: ignore[reportCallIssue]
    for number in range(4):
        put(platform, session(f"call_{number}"))
    discover(Store(platform.settings.store_uri), platform.state, NOW)
    exits: list[int] = []
    while not exits or exits[-1]:
        exits.append(subprocess.run([*RUN, str(tmp_path)], cwd=PROJECT_ROOT, timeout=120, check=False).returncode)
        assert len(exits) < 10
    with platform.state.reading() as connection:
        states = dict(connection.execute(select(DOCUMENTS.c.session_id, DOCUMENTS.c.state)).all())  # pyright: ignore
        rejected = connection.execute(select(REJECTIONS.c.session_id, REJECTIONS.c.reason, REJECTIONS.c.detail)).all()
    assert states == {f"call_{n}": "rejected" if n == 2 else "analysed" for n in range(4)}
    assert rejected == [(DEADLY, "analysis_failed", "its process died 5 times, the last 3 times with this document alone")]
    assert exits.count(9) == 5


if __name__ == "__main__":
    home = Path(sys.argv[1])
    sys.exit(0 if not run_once(home) else 7)
