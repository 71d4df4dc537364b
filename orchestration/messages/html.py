"""A message as an e-mail's HTML, which mail clients and browsers show alike.

Names of companies and what callers said are untrusted: Jinja2 escapes all of it, nothing is marked safe, and nothing in the page
is loaded from elsewhere: pictures are parts of the e-mail, named by their content id.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import css_inline
import mrml
from jinja2 import Environment, PackageLoader, StrictUndefined

from orchestration.messages.chart import alt_text, png_of
from orchestration.messages.message import Chart, Figure, Message
from orchestration.messages.palette import SOFT, STRONG

_IN_A_ROW = 3
"""Figures side by side on a wide screen; four of them stand in two rows."""


@dataclass(frozen=True)
class Picture:
    """A PNG that the page shows as ``cid:<name>``."""

    name: str
    png: bytes


def html_of(message: Message) -> str:
    """Return the whole page; the same message gives the same bytes."""
    markup = (
        _templates()
        .get_template("message.mjml.j2")
        .render(message=message, alt_text=alt_text, rows_of=_rows_of, name_of=_name_of, strong=STRONG, soft=SOFT)
    )
    return _inliner().inline(mrml.to_html(markup, render_options=mrml.RenderOptions(fonts={})).content)


def pictures_of(message: Message) -> tuple[Picture, ...]:
    """Return the pictures that the page of the message shows, in its order."""
    return tuple(Picture(_name_of(message, chart), png_of(chart)) for chart in _charts(message))


def standalone(html: str, pictures: Sequence[Picture]) -> str:
    """Return the page with its pictures in it, for a file that a browser opens."""
    for picture in pictures:
        html = html.replace(f"cid:{picture.name}", f"data:image/png;base64,{base64.b64encode(picture.png).decode()}")
    return html


def _charts(message: Message) -> list[Chart]:
    return [block for block in message.blocks if isinstance(block, Chart)]


def _name_of(message: Message, chart: Chart) -> str:
    return f"chart-{_charts(message).index(chart) + 1}"


def _rows_of(figures: Sequence[Figure]) -> list[Sequence[Figure]]:
    in_a_row = 2 if len(figures) == 4 else _IN_A_ROW
    return [figures[at : at + in_a_row] for at in range(0, len(figures), in_a_row)]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("orchestration.messages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
