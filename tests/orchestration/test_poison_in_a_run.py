"""One call that kills each process that reads it: ``voice run`` parks it alone and publishes all others.

The ordinary suite takes a few calls; ``make chaos`` sets ``VOICE_BATCH_CALLS`` to a whole batch of 200.
"""

import os

import pytest

from orchestration.defs.assets import batch_analysis
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile
from orchestration.warehouse.reader import open_published
from tests.support.documents import NOW, put, session
from tests.support.poison import POISON, analyse_or_die

CALLS = int(os.environ.get("VOICE_BATCH_CALLS", "8"))


def test_a_call_that_kills_its_processes_is_parked_and_the_rest_of_its_batch_is_published(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(batch_analysis, "analyse_each", analyse_or_die)
    monkeypatch.setattr(batch_analysis, "POOL_PAYS_FROM", min(CALLS, batch_analysis.POOL_PAYS_FROM))
    for number in range(CALLS):
        put(platform, session(f"call_{number}"))
    put(platform, session("poison", transcript=[{"id": "item_000", "role": "user", "text": POISON}]))
    summary = run_pending(Platform(platform.settings.model_copy(update={"workers": 2})))
    assert (summary.analysed, summary.rejected, summary.pending) == (CALLS, 1, 0)
    assert [(r.reason, r.documents) for r in reconcile(platform.state, NOW).reasons] == [("analysis_failed", 1)]
    with open_published(platform.settings) as published:
        assert published.execute("select count(*), count(distinct session_id) from sessions").fetchall() == [(CALLS, CALLS)]
