"""Write a sample history as a folder that ``voice deliver`` takes: documents, and beside them what they cannot say.

    sessions/year=YYYY/month=MM/day=DD/<session_id>.json.gz    the documents
    starts.jsonl                                               start markers, each with ``known_at``
    known_at.jsonl                                             ``session_id`` and ``known_at`` of each document
    samples.jsonl                                              samples of the platform, each with ``known_at``
    history.yml                                                what it was made from

Written again from the same plan, or by two processes at once, every file is the same, byte by byte; each takes its name when it is
whole.
"""

from __future__ import annotations

import gzip
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import yaml

from contract.document.history import KNOWN_AT, SAMPLES, STARTS
from contract.document.keys import session_key
from contract.platform.atomic_file import replace_file
from contract.platform.failures import ConfigurationFailure
from contract.platform.times import moment_text, read_moment
from orchestration.sample_history.history import HistoryDay, history_days
from orchestration.sample_history.planning import HistoryPlan

MADE_FROM = "history.yml"
_GZIP_LEVEL = 1
"""Fastest: the lake packs documents again, and a month of 2,000 calls a day is 60,000 of them."""


def write_history(plan: HistoryPlan, folder: Path, advance: Callable[[int], None]) -> dict[str, int]:
    """Write the files and return how many calls and samples there are; ``advance`` gets the number of each day's calls.

    Raises ``ConfigurationFailure`` when the folder holds anything but this history, and ``OSError``.
    """
    _claim(plan, folder)
    counts = {"calls": 0, "samples": 0}
    with ExitStack() as stack:
        known, starts, samples = (stack.enter_context(_whole(folder / name)) for name in (KNOWN_AT, STARTS, SAMPLES))
        for day in history_days(plan):
            known.writelines(_documents(day, folder))
            starts.writelines(_lines(day.starts()))
            samples.writelines(_lines(day.samples))
            counts["calls"] += len(day.calls)
            counts["samples"] += len(day.samples)
            advance(len(day.calls))
    return counts


def _documents(day: HistoryDay, folder: Path) -> Iterator[bytes]:
    """Write each document, then yield its line."""
    for known in day.documents():
        session_id = known.document["session_id"]
        path = folder / session_key(session_id, read_moment(known.document["start_time"]))
        replace_file(path, gzip.compress(orjson.dumps(known.document), _GZIP_LEVEL, mtime=0))
        yield _line({"session_id": session_id, "known_at": _text(known.known_at)})


def _claim(plan: HistoryPlan, folder: Path) -> None:
    made_from = {
        "first_day": plan.first_day,
        "days": plan.days,
        "per_day": plan.per_day,
        "seed": plan.seed,
        **plan.file.model_dump(mode="json", exclude={"first_day"}),
    }
    text = yaml.safe_dump(made_from, sort_keys=False)
    path = folder / MADE_FROM
    if folder.is_dir() and any(folder.iterdir()) and not (path.is_file() and path.read_text(encoding="utf-8") == text):
        raise ConfigurationFailure("The folder holds something else already.", "Give an empty folder, or remove what is in it.")
    replace_file(path, text)


@contextmanager
def _whole(path: Path) -> Generator[BinaryIO]:
    """Open a file that takes its name only when the block ends without an error; of two writers at once each has its own draft."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _lines(entries: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    return map(_line, entries)


def _line(entry: dict[str, Any]) -> bytes:
    return orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)


def _text(moment: datetime) -> str:
    return moment_text(moment, "milliseconds")
