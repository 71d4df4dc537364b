"""Print the output of commands: tables for people, JSON for programs, progress bars only on a terminal."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from contract.platform.control_characters import visible
from contract.platform.failures import VoiceError

CONSOLE = Console(highlight=False, emoji=False)
ERRORS = Console(stderr=True, highlight=False, emoji=False)
_RAW_CONTROLS = re.compile("[\x7f-\x9f]")
"""Control characters that orjson writes as they are; they stand inside strings only, where an escape means the same."""


def print_json(facts: Any, *, sort_keys: bool = True) -> None:
    """Print one line of JSON; keys are sorted so that two runs compare equal, unless ``sort_keys`` is false."""
    option = orjson.OPT_NON_STR_KEYS | (orjson.OPT_SORT_KEYS if sort_keys else 0)
    line = orjson.dumps(facts, default=str, option=option).decode()
    sys.stdout.write(_RAW_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n")


def print_error(failure: VoiceError) -> None:
    ERRORS.print(f"[bold red]{escape(visible(failure.problem))}[/]\n{escape(visible(failure.remedy))}")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: numbers to the right, words to the left; markup, ``:emoji:`` and control characters are shown, not obeyed."""
    table = Table(title=Text(visible(title)), title_justify="left", title_style="bold", header_style="dim")
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        table.add_column(Text(visible(column)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*("–" if value is None else Text(visible(str(value))) for value in row))
    CONSOLE.print(table)


def print_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print CSV as RFC 4180 has it; control characters are shown as symbols only on a terminal."""
    shown = visible if sys.stdout.isatty() else str
    writer = csv.writer(sys.stdout)
    writer.writerow([shown(column) for column in columns])
    writer.writerows(["" if value is None else shown(str(value)) for value in row] for row in rows)


def print_text(title: str, text: str) -> None:
    """Print a text under a title, wrapped at the width of the terminal between words."""
    CONSOLE.print(Text(visible(title), style="bold"))
    CONSOLE.print(Text("\n".join(map(visible, text.splitlines()))), "")


def print_records(columns: Sequence[str], rows: Sequence[Sequence[object]], kind: str = "row") -> None:
    """Print each row as a block of one line per value, which stays readable whatever the number of columns."""
    width = max(map(len, columns), default=0)
    for number, row in enumerate(rows, start=1):
        CONSOLE.print(Text(f"{kind} {number} of {len(rows)}", style="bold"))
        for column, value in zip(columns, row, strict=True):
            text = "–" if value is None else visible(str(value))
            CONSOLE.print(Text(f"  {visible(column):<{width}}  ", style="dim").append(text, style="not dim"), soft_wrap=True)


def print_facts(title: str, facts: Mapping[str, object]) -> None:
    print_table(title, ("", ""), [(name.replace("_", " "), value) for name, value in facts.items()])


@contextmanager
def progress(stages: Mapping[str, str], *, eta: bool = False) -> Generator[Callable[[str, int, int | None], None]]:
    """Show a progress bar per stage (key to label); call it with the stage, steps done and, once known, the total.

    With ``eta`` a bar also shows how long the rest will take.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    columns = (*columns, TextColumn("left:"), TimeRemainingColumn()) if eta else columns
    with Progress(*columns, console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bars:
        tasks = {stage: bars.add_task(label, total=None, start=True, visible=False) for stage, label in stages.items()}

        def advance(stage: str, done: int, total: int | None = None) -> None:
            if total is not None:
                bars.update(tasks[stage], total=total)
            bars.update(tasks[stage], advance=done, visible=True)

        yield advance
