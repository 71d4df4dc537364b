"""Many transcripts are annotated in order, here or in processes; one that breaks the engine leaves the others alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from functools import partial
from pathlib import Path

import psutil
import pytest

import analyzers.language.fan_out
from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from analyzers.language.engines import engine_named
from analyzers.language.fan_out import FanOut, annotate_each, fan_out
from analyzers.language.reader import shared_reader
from analyzers.language.reader.reader import ReaderInput
from contract.document.session import TranscriptItem
from contract.platform.failures import TransientFailure
from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference

REFERENCE = Reference()


class BrittleEngine:
    """Gives back the text as the version; breaks on one word, never ends on another, and its service is away at a third."""

    name, version = "brittle", "1"

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def annotate(self, transcripts: Sequence[Sequence[TranscriptItem]]) -> list[TranscriptAnnotations]:
        self.sizes.append(len(transcripts))
        texts = [items[0].text for items in transcripts]
        if "unbearable" in texts:
            raise KeyError("unbearable")
        while "endless" in texts:
            pass
        if "away" in texts:
            raise TransientFailure("The service is away.", "Try again.")
        return [TranscriptAnnotations(engine=self.name, version=text, language=None) for text in texts]


def transcripts(*texts: str) -> list[list[TranscriptItem]]:
    return [[TranscriptItem(id="item_000", role="user", text=text)] for text in texts]


def doubled(batch: Sequence[int], engine: LanguageEngine, reference: Reference) -> list[int]:
    return [number * 2 for number in batch]


def test_batches_are_worked_on_in_order_and_read_as_they_are_needed():
    taken: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    made = fan_out(numbers(), doubled, BrittleEngine(), REFERENCE, FanOut(workers=1, batch=2, pool_pays_from=4))
    assert [next(made), next(made)] == [[0, 2], [4, 6]]
    assert len(taken) == 5


def test_an_engine_that_waits_for_a_service_stays_in_this_process():
    engine = BrittleEngine()
    made = fan_out(transcripts(*"abcde"), annotate_each, engine, REFERENCE, FanOut(workers=2, batch=2, pool_pays_from=1))
    assert [[one.version for one in part if not isinstance(one, str)] for part in made] == [["a", "b"], ["c", "d"], ["e"]]
    assert engine.sizes == [2, 2, 1]


def test_a_transcript_that_breaks_the_engine_leaves_its_failure_in_its_place():
    made = annotate_each(transcripts("a", "unbearable", "b"), BrittleEngine(), REFERENCE)
    assert [one if isinstance(one, str) else one.version for one in made] == ["a", "engine brittle raised KeyError", "b"]


def test_a_service_that_is_unavailable_concerns_all_of_them():
    with pytest.raises(TransientFailure):
        annotate_each(transcripts("a", "away"), BrittleEngine(), REFERENCE)


def test_a_transcript_that_takes_too_long_is_stopped_and_the_others_are_annotated():
    made = annotate_each(transcripts("a", "endless", "b"), BrittleEngine(), REFERENCE, cpu_seconds=0.2)
    assert [one if isinstance(one, str) else one.version for one in made] == [
        "a",
        "engine brittle took more than 0.2 s of CPU time",
        "b",
    ]


def deadly(batch: Sequence[int], engine: LanguageEngine, reference: Reference, first_deaths: Path | None = None) -> list[int]:
    """Kill the process at 137; with ``first_deaths``, only the first time, as an operator or the kernel would."""
    if 137 in batch and not (first_deaths and first_deaths.exists()):
        if first_deaths:
            first_deaths.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return [number * 2 for number in batch]


def lost(number: int) -> int:
    return -number


IN_PROCESSES = FanOut(workers=2, batch=25, pool_pays_from=150)


def test_an_item_that_kills_its_process_each_time_is_lost_alone_of_a_batch_of_200():
    made = fan_out(range(200), deadly, engine_named("embedded", REFERENCE), REFERENCE, IN_PROCESSES, lost)
    assert [one for part in made for one in part] == [-137 if number == 137 else number * 2 for number in range(200)]


def test_a_killed_worker_loses_nothing(tmp_path: Path):
    work = partial(deadly, first_deaths=tmp_path / "died")
    made = fan_out(range(200), work, engine_named("embedded", REFERENCE), REFERENCE, IN_PROCESSES, lost)
    assert [one for part in made for one in part] == [number * 2 for number in range(200)]


def with_process(batch: Sequence[int], engine: LanguageEngine, reference: Reference) -> list[tuple[int, int]]:
    return [(number, os.getpid()) for number in batch]


def pids(count: int, how: FanOut) -> list[int]:
    parts = list(fan_out(range(count), with_process, engine_named("embedded", REFERENCE), REFERENCE, how))
    assert [number for part in parts for number, _ in part] == list(range(count))
    return [pid for part in parts for _, pid in part]


def test_processes_stay_for_the_next_batch_and_then_take_over_ten_items(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(analyzers.language.fan_out, "_pools", {})
    assert set(pids(149, IN_PROCESSES)) == {os.getpid()}
    started = set(pids(150, IN_PROCESSES))
    assert os.getpid() not in started
    assert set(pids(10, IN_PROCESSES)) <= started
    assert set(pids(9, IN_PROCESSES)) == {os.getpid()}


_KILLED_AT_ONCE = """
import os, signal, sys
from pathlib import Path
from tests.analyzers.language.test_fan_out import IN_PROCESSES, pids
if __name__ == "__main__":
    Path(sys.argv[1]).write_text(" ".join(map(str, set(pids(150, IN_PROCESSES)))))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path: Path):
    script = tmp_path / "killed.py"
    script.write_text(_KILLED_AT_ONCE)
    paths = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    assert subprocess.run([sys.executable, script, tmp_path / "pids"], env=paths, check=False).returncode == -signal.SIGKILL
    numbers = {int(pid) for pid in (tmp_path / "pids").read_text().split()}
    assert numbers
    _, alive = psutil.wait_procs([process for process in psutil.process_iter() if process.pid in numbers], timeout=30)
    assert not alive


def test_few_items_are_shared_out_among_the_processes():
    made = fan_out(range(12), doubled, engine_named("embedded", REFERENCE), REFERENCE, FanOut(2, 25, 10))
    assert [len(part) for part in made] == [3, 3, 3, 3]


def test_a_model_loaded_here_is_loaded_again_in_another_process():
    shared_reader().read(ReaderInput("", "We are twelve people."))
    engine = engine_named("embedded", REFERENCE)
    said = transcripts(*["We are twelve people."] * 12)
    there = [one for part in fan_out(said, annotate_each, engine, REFERENCE, FanOut(2, 25, 10)) for one in part]
    assert there == engine.annotate(said)


def test_a_death_is_raised_where_nothing_says_what_is_lost():
    with pytest.raises(BrokenExecutor):
        list(fan_out(range(150, 0, -1), deadly, engine_named("embedded", REFERENCE), REFERENCE, IN_PROCESSES))
