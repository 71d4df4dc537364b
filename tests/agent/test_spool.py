"""The spool: what is written survives its process, whatever the disk does."""

import os
import stat
from pathlib import Path

import pytest

from agent.spool import Spool, SpoolTaken, read_rows, spooled


def row(number: int, **fields: object) -> dict[str, object]:
    return {"kind": "item", "at": float(number), **fields}


def test_rows_come_back_in_order_also_from_another_process(tmp_path: Path):
    spool = Spool.open(tmp_path, "room")
    for number in range(3):
        spool.append(row(number))
    assert read_rows(spool.path) == spool.rows() == [row(0), row(1), row(2)]


def test_a_living_call_cannot_be_taken_and_a_dead_one_can(tmp_path: Path):
    spool = Spool.open(tmp_path, "room")
    spool.append(row(1))
    with pytest.raises(SpoolTaken):
        Spool.take(spool.path)
    spool.close()
    taken = Spool.take(spool.path)
    assert taken.rows() == [row(1)]
    taken.append(row(2))
    assert read_rows(spool.path) == [row(1), row(2)]


def test_a_removed_file_cannot_be_taken(tmp_path: Path):
    spool = Spool.open(tmp_path, "room")
    spool.remove()
    with pytest.raises(FileNotFoundError):
        Spool.take(spool.path)
    assert list(spooled(tmp_path)) == []


def test_only_the_owner_may_read_what_was_said(tmp_path: Path):
    spool = Spool.open(tmp_path / "spool", "room")
    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.path.parent.stat().st_mode) == 0o700


def test_a_line_torn_by_a_crash_costs_only_itself(tmp_path: Path):
    spool = Spool.open(tmp_path, "room")
    spool.append(row(1))
    spool.close()
    with spool.path.open("ab") as torn:
        torn.write(b'{"kind": "item", "at": 2, "te')
    taken = Spool.take(spool.path)
    assert taken.rows() == [row(1)]


def test_appending_after_a_torn_line_starts_a_new_one(tmp_path: Path):
    path = tmp_path / "room.jsonl"
    path.write_bytes(b'{"kind": "item", "at": 1}\n{"kind": "it')
    spool = Spool.take(path)
    spool.append(row(3))
    assert [r["at"] for r in read_rows(path)] == [1, 3]


def test_forgetting_words_rewrites_the_file_and_goes_on_under_the_same_lock(tmp_path: Path):
    spool = Spool.open(tmp_path, "room")
    spool.append(row(1, text="my secret"))
    spool.append({"kind": "heard", "at": 2.0, "text": "another secret"})
    spool.forget_words(lambda r: None if r["kind"] == "heard" else r | {"text": ""})
    spool.append(row(3))
    assert b"secret" not in spool.path.read_bytes()
    assert read_rows(spool.path) == spool.rows() == [row(1, text=""), row(3)]
    assert [p.name for p in tmp_path.iterdir()] == ["room.jsonl"]
    with pytest.raises(SpoolTaken):
        Spool.take(spool.path)


def test_a_full_disk_costs_the_file_but_not_the_call(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    spool = Spool.open(tmp_path, "room")
    spool.append(row(1))
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, spool._descriptor)
    for number in (2, 3):
        spool.append(row(number, text="what was said"))
    assert spool.lost_rows == 2
    assert spool.rows() == [row(1), row(2, text="what was said"), row(3, text="what was said")]
    assert len(caplog.records) == 1
    assert "what was said" not in caplog.text


def test_what_cannot_be_written_down_is_counted_and_raises_nothing(tmp_path: Path):
    spool = Spool.open(tmp_path, "room")
    spool.append(row(1, value=object()))
    assert (spool.lost_rows, spool.rows()) == (1, [])
