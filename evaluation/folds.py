"""Readers that left some writers out, and the calls of those writers: what a second stage is fitted on.

The product meets calls that its reader has not seen. So whatever is fitted on the reader's predictions is fitted on predictions for
calls that the reader in question has not learnt from. ``python -m training.reader --fold NUMBER FOLDER`` makes such a reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from analyzers.language.reader.reader import Reader
from contract.reference import Reference
from evaluation.calls import LabelledCall, calls_in
from evaluation.parts import GOLDEN_SCRIPTS, Parts

_LEFT_OUT = "left_out.txt"


class Fold(NamedTuple):
    """Hold a reader, and the calls it has not learnt from."""

    reader: Reader
    calls: tuple[LabelledCall, ...]


def note_left_out(folder: Path, writers: Iterable[str]) -> None:
    """Write beside a reader which writers it has not learnt from."""
    (folder / _LEFT_OUT).write_text(" ".join(writers) + "\n", encoding="utf-8")


def left_out_of(folder: Path) -> tuple[str, ...]:
    """Return the writers that the folder's reader has not learnt from; none for the product's."""
    note = folder / _LEFT_OUT
    return tuple(note.read_text(encoding="utf-8").split()) if note.exists() else ()


def folds(folders: Sequence[Path], reference: Reference) -> list[Fold]:
    """Return a fold for each folder; the calls kept for calibration, which no reader learns from, go to the first.

    Raises ``SystemExit`` where no folder is given or a writer is in two of them.
    """
    if not folders:
        raise SystemExit("Name the folders of readers that left writers out: python -m training.reader --fold NUMBER FOLDER")
    writers = [left_out_of(folder) for folder in folders]
    if sum(map(len, writers)) > len({writer for each in writers for writer in each}):
        raise SystemExit("A writer is left out by two of the readers: name each writer once.")
    parts, calls = reference.table(Parts), calls_in(GOLDEN_SCRIPTS)
    return [
        Fold(Reader(folder), tuple(call for call in calls if _is_of(call, parts, left_out, calibrates=at == 0)))
        for at, (folder, left_out) in enumerate(zip(folders, writers, strict=True))
    ]


def _is_of(call: LabelledCall, parts: Parts, writers: Sequence[str], *, calibrates: bool) -> bool:
    script = call.gold.script
    if parts.calibrates(script):
        return calibrates
    return parts.of(script) in ("seen", "validation") and writer_of(call) in writers


def writer_of(call: LabelledCall) -> str:
    return call.gold.script.partition("_")[0]


def in_folds(found: Sequence[Fold]) -> Iterator[tuple[Reader, LabelledCall]]:
    """Yield every call with the reader that has not learnt from it."""
    return ((fold.reader, call) for fold in found for call in fold.calls)
