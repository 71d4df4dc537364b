"""The colours of charts and pages, in one place: by meaning, for light and for dark pages, and for pictures that stand on both.

E-mails show a chart as a picture, which cannot know what it stands on; pages name a colour as a property of their style, which has
two values. Every colour of text has a contrast of 4.5 or more with the card it stands on (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

STRONG, SOFT, INK = "#12926a", "#9cc9b8", "#7b8794"
"""Of pictures on any background: the part that counts, the rest, and what is written."""


class Shade(NamedTuple):
    """One colour on light and on dark pages."""

    light: str
    dark: str


PAGE: Mapping[str, Shade] = {
    "ink": Shade("#1b2430", "#eceff4"),
    "soft": Shade("#475467", "#c0c8d4"),
    "quiet": Shade("#5d6778", "#98a3b5"),
    "line": Shade("#e4e7ec", "#2b3442"),
    "page": Shade("#f2f4f7", "#10151c"),
    "card": Shade("#ffffff", "#181f29"),
    "track": Shade("#e3ebe7", "#26342f"),
    "accent": Shade("#146c4b", "#5cc99a"),
    "accent-soft": Shade("#e6f2ec", "#16332a"),
    "warn": Shade("#93370d", "#f3b26b"),
    "warn-soft": Shade("#fdf0df", "#3a2712"),
    "bad": Shade("#b42318", "#f58b83"),
    "bad-soft": Shade("#fdeceb", "#40201e"),
    "quiet-soft": Shade("#eceff3", "#252e3a"),
    "mark": Shade("#fbeeb8", "#4a3f16"),
}
"""Of texts and surfaces."""
CHARTS: Mapping[str, Shade] = {
    "good": Shade("#1f8a5f", "#4fbf90"),
    "good-soft": Shade("#8cc9ae", "#2f6f57"),
    "amber": Shade("#c2760c", "#e0a04a"),
    "red": Shade("#c9372c", "#ea6f65"),
    "mute": Shade("#aab4c3", "#5b687b"),
    "accent-chart": Shade("#1d7a56", "#4fbf90"),
    "heat-1": Shade("#7aa2c8", "#4d7cab"),
    "heat-2": Shade("#9fb9a5", "#6f967c"),
    "heat-3": Shade("#e0c36a", "#c9a94e"),
    "heat-4": Shade("#df8f45", "#d98a45"),
    "heat-5": Shade("#c9372c", "#ea6f65"),
}
"""Of what is drawn: larger than text, so a contrast of 3 is enough (WCAG 2.2, 1.4.11)."""
_OF_TONES = {"warn": "amber", "bad": "red", "quiet": "mute", "accent": "accent-chart"}


def chart_color(tone: str) -> str:
    """Return the colour of a tone (``definition.Tone``) as a page's style names it."""
    return f"var(--{_OF_TONES.get(tone, tone)})"


def chart_shade(tone: str) -> Shade:
    """Return the colours of a tone, for what knows no style of pages."""
    return CHARTS[_OF_TONES.get(tone, tone)]


def style_sheet() -> str:
    """Return every colour as a property of style sheets, for light pages and, where a reader prefers them, dark ones."""
    light, dark = ("\n".join(_properties(mode)) for mode in (0, 1))
    return f":root {{\n{light}\n}}\n@media (prefers-color-scheme: dark) {{\n:root {{\n{dark}\n}}\n}}\n"


def _properties(mode: int) -> Iterator[str]:
    for name, shade in {**PAGE, **CHARTS}.items():
        yield f"  --{name}: {shade[mode]};"
