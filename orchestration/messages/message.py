"""A message as blocks: what alerts, digests and e-mails say, before any channel's format.

Texts in blocks are plain and untrusted; every format escapes them. A format that cannot show a kind of block well says it in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Literal

Tone = Literal["quiet", "good", "bad"]
RowTone = Literal["quiet", "good", "bad", "plain"]


@dataclass(frozen=True)
class Note:
    """A remark under a figure; ``good`` and ``bad`` say whether a target is met."""

    text: str
    tone: Tone = "quiet"


@dataclass(frozen=True)
class Figure:
    """One fact: a label, a figure with its unit, and remarks. ``measured`` is false when the figure is words and no number."""

    label: str
    figure: str
    notes: tuple[Note, ...] = ()
    unit: str = ""
    measured: bool = True


@dataclass(frozen=True)
class Header:
    """What a message begins with; ``note`` stands under the title, ``caution`` where the reader must not miss it."""

    kind: ClassVar = "header"
    eyebrow: str
    title: tuple[str, ...]
    headline: str = ""
    caution: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """Figures side by side under a title."""

    kind: ClassVar = "facts"
    symbol: str
    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Bar:
    """``part`` of ``total`` is shown in the strong colour; ``labels`` stand below it, one a line."""

    labels: tuple[str, ...]
    total: int
    part: int


@dataclass(frozen=True)
class Chart:
    """Stacked bars in order: a picture in e-mails; plain text and Slack leave it out, since figures say the same."""

    kind: ClassVar = "chart"
    caption: str
    part_name: str
    rest_name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Row:
    """A line of a table: a number that ranks it, what it is about with its link, and details. ``tone`` is that of the number, which
    is ``plain`` where it says neither good nor bad."""

    number: str
    name: str
    link: str | None
    details: tuple[str, ...] = ()
    tone: RowTone = "good"


@dataclass(frozen=True)
class Table:
    """Ranked rows under a title; ``empty`` is said when there is none."""

    kind: ClassVar = "table"
    symbol: str
    title: str
    number_name: str
    rows: tuple[Row, ...]
    empty: str


@dataclass(frozen=True)
class Line:
    """A sentence and what it rests on."""

    text: str
    basis: str = ""


@dataclass(frozen=True)
class Lines:
    """Sentences under a title and a subtitle; without a title they belong to the section before."""

    kind: ClassVar = "lines"
    symbol: str
    title: str
    lines: tuple[Line, ...]
    subtitle: str = ""
    numbered: bool = False


@dataclass(frozen=True)
class Quote:
    """What somebody said, word for word, and who."""

    kind: ClassVar = "quote"
    text: str
    speaker: str


@dataclass(frozen=True)
class Link:
    """Something to open."""

    kind: ClassVar = "link"
    text: str
    url: str


@dataclass(frozen=True)
class Moment:
    """When something happened; ``detail`` says more of it."""

    label: str
    at: datetime
    detail: str = ""

    @property
    def utc(self) -> str:
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Moments:
    """Moments in their order: in Slack each reader sees them in their own time zone, elsewhere they are UTC."""

    kind: ClassVar = "moments"
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Footer:
    """Small print at the end; ``unsubscribe`` is the address that ends these e-mails for the one reader."""

    kind: ClassVar = "footer"
    sentences: tuple[str, ...]
    unsubscribe: str = ""


Block = Header | Facts | Chart | Table | Lines | Quote | Link | Moments | Footer


@dataclass(frozen=True)
class Message:
    """``subject`` is one line: the e-mail's subject, a notification's text."""

    subject: str
    blocks: tuple[Block, ...]

    @property
    def preview(self) -> str:
        """What a list of messages shows beside the subject: the headline."""
        return next((block.headline for block in self.blocks if isinstance(block, Header)), "")
