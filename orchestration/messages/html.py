"""A message as an e-mail's HTML, which mail clients and browsers show alike.

Names of companies and what callers said are untrusted: Jinja2 escapes all of it, nothing is marked safe, and nothing in the page
is loaded from elsewhere.
"""

from __future__ import annotations

from functools import cache

import css_inline
import mrml
from jinja2 import Environment, PackageLoader, StrictUndefined

from orchestration.messages.message import Chart, Message

BAR_PIXELS = 72
"""Height of the tallest bar: as much as a phone shows beside three rows of figures."""
SMALLEST_BAR_PIXELS = 2
"""A bar that stands for at least one is never invisible."""


def html_of(message: Message) -> str:
    """Return the whole page; the same message gives the same bytes."""
    markup = _templates().get_template("message.mjml.j2").render(message=message, pixels=_pixels)
    return _inliner().inline(mrml.to_html(markup, render_options=mrml.RenderOptions(fonts={})).content)


def _pixels(count: int, chart: Chart) -> int:
    tallest = max((bar.total for bar in chart.bars), default=0)
    return max(SMALLEST_BAR_PIXELS, round(BAR_PIXELS * count / tallest)) if count else 0


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
