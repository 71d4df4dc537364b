"""Draw the chart of a message as a PNG, for channels that show pictures but run no script.

The background is transparent and every colour has contrast with white and with near black, so that one picture serves a mail
client in light and in dark mode.
"""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import vl_convert

from orchestration.messages.message import Chart
from orchestration.messages.palette import INK, SOFT, STRONG

WIDTH = 520
"""Pixels of the picture as shown: on a phone of 390 pixels its labels are then still 10 pixels high."""
HEIGHT = 150
"""Pixels of the bars, without labels."""
SCALE = 2
"""Pixels drawn for each shown: screens of phones have two to three."""
_FONT_SIZE = 15
"""Pixels, of all texts of the chart."""
_ROOM_ABOVE = 1.18
"""Height of the scale over the tallest bar, which leaves room for its number."""
_FONT = "Liberation Sans"
"""Comes with the renderer, so that the picture is the same on every machine."""


def png_of(chart: Chart) -> bytes:
    """Return the picture; the same chart gives the same bytes."""
    return vl_convert.vegalite_to_png(_specification(chart), scale=SCALE)


def alt_text(chart: Chart) -> str:
    """Return what the picture shows, in words."""
    bars = "; ".join(f"{' '.join(bar.labels)}: {bar.total:,}, {bar.part:,} {chart.part_name}" for bar in chart.bars)
    return f"Bar chart. {chart.caption}. {bars}."


def _specification(chart: Chart) -> dict[str, Any]:
    values = [
        {
            "place": place,
            "label": list(bar.labels),
            "kind": kind,
            "order": order,
            "count": count,
            "total": f"{bar.total:,}",
            "tallest": bar.total,
        }
        for place, bar in enumerate(chart.bars)
        for order, (kind, count) in enumerate(((chart.part_name, bar.part), (chart.rest_name, bar.total - bar.part)))
    ]
    labels = {str(place): list(bar.labels) for place, bar in enumerate(chart.bars)}
    top = max((bar.total for bar in chart.bars), default=1) or 1
    data = alt.InlineData(values=values)
    x = alt.X(
        "place:O",
        title=None,
        scale=alt.Scale(paddingInner=0.35, paddingOuter=0.1),
        axis=alt.Axis(
            labelExpr=f"{json.dumps(labels)}[datum.value]",
            labelAngle=0,
            labelColor=INK,
            labelFontSize=_FONT_SIZE,
            labelLineHeight=_FONT_SIZE + 3,
            ticks=False,
            domainColor=INK,
            labelPadding=6,
            labelOverlap=False,
        ),
    )
    y = alt.Y("count:Q", axis=None, scale=alt.Scale(domain=[0, top * _ROOM_ABOVE]), stack="zero")
    color = alt.Color("kind:N", scale=alt.Scale(domain=[chart.part_name, chart.rest_name], range=[STRONG, SOFT]), legend=None)
    bars = alt.Chart(data).mark_bar().encode(x=x, y=y, color=color, order=alt.Order("order:Q"))
    numbers = (
        alt.Chart(data)
        .transform_filter("datum.order == 0 && datum.tallest > 0")
        .mark_text(dy=-9, color=INK, fontSize=_FONT_SIZE)
        .encode(x=x, y=alt.Y("tallest:Q"), text="total:N")
    )
    drawn = alt.layer(bars, numbers).properties(width=WIDTH, height=HEIGHT)
    return drawn.configure(font=_FONT, background="transparent").configure_view(stroke=None).to_dict()
