"""What a backfill redoes, and what it leaves alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from analyzers.lead_score.models import LeadScore
from analyzers.reports import ANALYZERS
from contract.platform.failures import ConfigurationFailure
from orchestration.analysis import calls
from orchestration.backfill import runner
from orchestration.backfill.plan import plan_backfill
from orchestration.backfill.runner import begin_backfill, run_backfill
from orchestration.backfill.work import redone_by
from orchestration.resources import Platform
from orchestration.state.backfills import BackfillArguments, open_chunk, open_chunks
from orchestration.state.tables import ALERTS, DOCUMENTS
from orchestration.warehouse.lake import read_parts
from orchestration.warehouse.reader import open_published
from tests.support.documents import START
from tests.support.warehouse_content import content

FIRST = START.date()


def asked(platform: Platform, analyzer: str = "", **fields: object) -> BackfillArguments:
    engine = "" if analyzer else platform.settings.engine
    return replace(BackfillArguments(FIRST, FIRST.replace(day=FIRST.day + 1), analyzer, engine, deliver=False), **fields)  # type: ignore[arg-type]


def backfill(platform: Platform, of: BackfillArguments) -> int:
    redone = redone_by(of.analyzer or None)
    number = begin_backfill(platform, plan_backfill(platform, of, redone))
    return run_backfill(platform, number, of, redone, lambda stage, done: None).redone


def reports(platform: Platform) -> dict[str, dict[str, str]]:
    """The nine reports of each published call, as JSON text by name."""
    found: dict[str, dict[str, str]] = {}
    with open_published(platform.settings) as connection:
        for session, name, body in connection.execute("select session_id, report, body from analysis_reports").fetchall():
            found.setdefault(session, {})[name] = str(body)
    return found


@pytest.fixture
def unbuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the build, for tests of what the lake and the ledger hold."""
    monkeypatch.setattr(runner, "publish_due", lambda platform: 0.0)


def test_one_analyzer_is_redone_with_what_depends_on_it_and_every_other_report_stays(
    days_of_calls: Platform, monkeypatch: pytest.MonkeyPatch
):
    before = reports(days_of_calls)
    scored = {"n": 0}

    def other_score(*inputs: object) -> LeadScore:
        scored["n"] += 1
        made = next(one for one in ANALYZERS if one.name == "lead_score").run(*inputs)
        return made.model_copy(update={"total": 99})

    changed = [replace(one, run=other_score) if one.name == "lead_score" else one for one in ANALYZERS]
    monkeypatch.setattr(calls, "ANALYZERS", tuple(changed))
    assert backfill(days_of_calls, asked(days_of_calls, "lead_score")) == 6
    after = reports(days_of_calls)
    assert after.keys() == before.keys()
    assert {json.loads(of_call["lead_score"])["total"] for of_call in after.values()} == {99}
    depends = {"lead_score", "executive_summary"}
    for session, of_call in after.items():
        assert {n: t for n, t in of_call.items() if n not in depends} == {
            n: t for n, t in before[session].items() if n not in depends
        }
    parts = read_parts(days_of_calls.store, "lead_score", FIRST)
    assert {json.loads(row["report"])["total"] for row in parts} == {99}


def test_unchanged_analyzers_leave_every_table_as_it_was(days_of_calls: Platform):
    before = content(days_of_calls.settings)
    assert backfill(days_of_calls, asked(days_of_calls)) == 6
    after = content(days_of_calls.settings)
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    with days_of_calls.state.reading() as connection:
        assert set(connection.execute(select(DOCUMENTS.c.analysis_seq)).scalars()) == {2, 3}


@pytest.mark.usefixtures("unbuilt")
def test_only_the_days_asked_for_are_redone(days_of_calls: Platform):
    assert backfill(days_of_calls, asked(days_of_calls, "performance", last_day=FIRST)) == 3


def test_dependants_are_redone_and_no_others():
    assert redone_by("executive_summary").analyzers == ("executive_summary",)
    assert redone_by("content_gaps").analyzers == ("content_gaps", "conversation_quality", "lead_score", "executive_summary")
    assert len(redone_by(None).analyzers) == len(ANALYZERS)
    with pytest.raises(ConfigurationFailure, match="no analyzer lead_scor"):
        redone_by("lead_scor")


@pytest.mark.usefixtures("unbuilt")
def test_what_a_run_of_new_calls_takes_meanwhile_is_left_to_it(days_of_calls: Platform):
    of, redone = asked(days_of_calls, "performance"), redone_by("performance")
    number = begin_backfill(days_of_calls, plan_backfill(days_of_calls, of, redone))
    claimed = DOCUMENTS.c.session_id == "call_0_1"
    with days_of_calls.state.writing() as connection:
        connection.execute(update(DOCUMENTS).where(claimed).values(state="claimed", run_id="live"))
        newer = DOCUMENTS.c.session_id == "call_1_1"
        connection.execute(update(DOCUMENTS).where(newer).values(analysis_seq=50))
    summary = run_backfill(days_of_calls, number, of, redone, lambda stage, done: None)
    assert (summary.redone, summary.left_alone) == (4, 2)
    with days_of_calls.state.reading() as connection:
        query = select(DOCUMENTS.c.state, DOCUMENTS.c.run_id, DOCUMENTS.c.analysis_seq).order_by(DOCUMENTS.c.session_id)
        rows = connection.execute(query.where(DOCUMENTS.c.session_id.in_(["call_0_1", "call_1_1"]))).all()
    assert tuple(rows[0][:2]) == ("claimed", "live")
    assert [row.analysis_seq for row in rows] == [1, 50]


def test_a_chunk_has_the_same_sequence_however_often_it_is_opened(days_of_calls: Platform):
    of = asked(days_of_calls, "performance")
    number = begin_backfill(days_of_calls, plan_backfill(days_of_calls, of, redone_by("performance")))
    with days_of_calls.state.writing() as connection:
        first, second = open_chunks(connection, number)
        seqs = [open_chunk(connection, number, chunk)[0] for chunk in (first, second, first)]
    assert seqs[0] == seqs[2] != seqs[1]


@pytest.mark.usefixtures("unbuilt")
@pytest.mark.parametrize(("deliver", "suppressed"), [(False, True), (True, False)])
def test_alerts_that_a_backfill_raises_are_suppressed_unless_it_delivers(
    days_of_calls: Platform, monkeypatch: pytest.MonkeyPatch, deliver: bool, suppressed: bool
):
    hot = [replace(one, run=_hot(one.run)) if one.name == "lead_score" else one for one in ANALYZERS]
    monkeypatch.setattr(calls, "ANALYZERS", tuple(hot))
    backfill(days_of_calls, asked(days_of_calls, "lead_score", deliver=deliver))
    with days_of_calls.state.reading() as connection:
        rows = connection.execute(select(ALERTS).where(ALERTS.c.alert_name == "Hot Lead Detected")).all()
    assert len(rows) == 6
    assert {row.suppressed is not None for row in rows} == {suppressed}


def _hot(run: object):  # noqa: ANN202
    def scored(*inputs: object) -> LeadScore:
        return run(*inputs).model_copy(update={"temperature": "hot", "total": 95})  # type: ignore[operator]

    return scored
