"""The daily summary as an e-mail: HTML that mail clients and browsers show alike, and plain text.

Names of companies and what callers asked for are untrusted: Jinja2 escapes all of it, nothing is marked safe, and nothing
in the page is loaded from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import css_inline
import mrml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from orchestration.reports.facts import DailyFacts
from orchestration.reports.page import daily_page


@dataclass(frozen=True)
class RenderedEmail:
    subject: str
    html: str
    text: str


def render_daily(facts: DailyFacts, base_url: str) -> RenderedEmail:
    """The same facts give the same bytes."""
    page = daily_page(facts, base_url)
    markup = _templates().get_template("daily.mjml.j2").render(page=page)
    return RenderedEmail(
        subject=page.subject,
        html=_inliner().inline(mrml.to_html(markup, render_options=mrml.RenderOptions(fonts={})).content),
        text=_templates().get_template("daily.txt.j2").render(page=page),
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("orchestration.reports"),
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
