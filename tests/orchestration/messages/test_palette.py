"""Colours stand in one place, and what is written in them can be read on light and on dark pages (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from orchestration.dashboards.definition import Tone
from orchestration.messages.palette import CHARTS, INK, PAGE, STRONG, chart_color, style_sheet
from orchestration.web.pages import STATIC

WEB = STATIC.parent
TEXT, GRAPHIC = 4.5, 3.0  # contrast that WCAG 2.2 asks of text and of what is drawn
PAIRS = [
    ("ink", "page"),
    ("soft", "page"),
    ("quiet", "page"),
    ("accent", "accent-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
]
PAIRS += [
    ("soft", "quiet-soft"),
    ("ink", "mark"),
    ("card", "accent"),
    *product(("ink", "soft", "quiet", "accent", "warn", "bad"), ("card",)),
]


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_what_it_stands_on(text: str, ground: str, mode: str):
    assert contrast(getattr(PAGE[text], mode), getattr(PAGE[ground], mode)) >= TEXT


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", ["good", "amber", "red", "accent-chart"])
def test_lines_and_bars_can_be_told_from_the_card(name: str, mode: str):
    assert contrast(getattr(CHARTS[name], mode), getattr(PAGE["card"], mode)) >= GRAPHIC


@pytest.mark.parametrize("ground", ["#ffffff", "#191e23"])
@pytest.mark.parametrize("color", [STRONG, INK])
def test_pictures_of_mails_can_be_seen_on_both(color: str, ground: str):
    assert contrast(color, ground) >= GRAPHIC


def test_styles_and_code_hold_no_colour_of_their_own():
    sheets = [*STATIC.glob("*.css"), *(WEB / "templates").glob("*.j2")]
    for path in [*sheets, *Path(WEB.parent, "dashboards").glob("*.py"), WEB.parent / "messages" / "chart.py"]:
        assert not re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8")), path.name


def test_every_colour_that_is_named_exists():
    defined = set(re.findall(r"--([\w-]+):", style_sheet()))
    own = set(re.findall(r"--([\w-]+):", "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.css"))))
    used = {name for path in STATIC.glob("*.css") for name in re.findall(r"var\(--([\w-]+)\)", path.read_text(encoding="utf-8"))}
    used |= {re.sub(r"var\(--|\)", "", chart_color(tone)) for tone in Tone.__args__}
    assert used <= defined | own
