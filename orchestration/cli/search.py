"""Run ``voice search``: full-text search over the transcripts of calls (spec 8.1). Search terms are never logged."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from contract.platform.control_characters import visible
from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_json

if TYPE_CHECKING:
    from orchestration.search.search import FoundCall
    from orchestration.search.snippet import Snippet

_DAY = ["%Y-%m-%d"]


def search(
    words: Annotated[str, typer.Argument(help='Words to find; "exact phrase" must occur, -word must not.')],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Maximum number of sessions to show.")] = 10,
    first: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First UTC day of the calls.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last UTC day of the calls.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per session; marks are character offsets.")] = False,
) -> None:
    """Search the transcripts of calls, best match first."""
    from orchestration.search.search import search as found_in_calls

    found = found_in_calls(
        load_settings(), words, limit=limit, first=first.date() if first else None, last=last.date() if last else None
    )
    if json:
        for session in found:
            print_json(session)
    elif found:
        for line in (line for session in found for line in lines(session)):
            CONSOLE.print(line, soft_wrap=True)
    else:
        CONSOLE.print("No call was found. Try fewer or other words.")


def lines(session: FoundCall) -> list[Text]:
    """Return the lines of one result: the session, then role, time and text of each snippet, with the found words in bold."""
    title = Text(f"{session.rank:>3}  ").append(session.session_id, style="cyan")
    title.append(f"  {session.day}  {session.tier or '–'}  {session.score:.2f}")
    return [title, *(Text("     ").append(_where(s), style="dim").append("  ").append_text(_marked(s)) for s in session.snippets)]


def _where(snippet: Snippet) -> str:
    if snippet.seconds is None:
        return f"   –    {snippet.role}"
    minutes, seconds = divmod(max(0, int(snippet.seconds)), 60)
    return f"{minutes:>4}:{seconds:02d} {snippet.role}"


def _marked(snippet: Snippet) -> Text:
    text = Text(visible(snippet.text))
    for start, end in snippet.marks:
        text.stylize("bold", start, end)
    return text
