"""Describe a part's rows as a chart by an Altair specification, which vl-convert draws here and Vega in a browser.

Colours are names of the style of pages (``orchestration/messages/palette.py``), so one drawing serves light and dark. Every chart
has a table behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

import altair as alt
import vl_convert

from orchestration.dashboards.definition import Tone, WidgetPart
from orchestration.messages.palette import chart_color

_HEIGHT, _SPARK_HEIGHT, _BAR_STEP = 150, 44, 24
"""Pixels of a chart, of a sparkline, and of a horizontal bar with its gap."""
WIDTHS = {"normal": 368, "wide": 780}
"""Pixels inside a card of one and of two columns."""
_DRAWINGS = 2048
"""Drawings in memory, about 10 kB each: the default views of all roles and the filtered ones of a day."""
_FONT = "-apple-system, BlinkMacSystemFont, Segoe UI, Inter, Roboto, Helvetica Neue, Arial, sans-serif"
_FONT_SIZE = 12  # pixels, the smallest of the page's type scale
_TICKS = 4  # labels of a vertical axis, about
_LABEL_WIDTH = 60  # pixels of a day or time below a chart, with its gap to the next
_NAME_WIDTH = 120  # pixels of a bar's name; longer ones are cut with an ellipsis
_ROOM_FOR_TOTAL = 1.18  # of the longest bar, for the number at its end
_PIE_RADIUS = 66  # pixels
_LEGEND_ROW = 21  # pixels of a line of a legend with its padding
_SCALE_OF_ZEROS = {"percent": 0.1}
"""Highest value of the scale, by unit, when every value is 0; of others 10."""
_SERIES: Sequence[Tone] = ("warn", "accent", "quiet", "heat-1", "heat-5")
"""Tones of series that are not known beforehand, in the order of their names."""
_UNDER_NAME = 5  # the name of a line takes a fifth of its length
_FEW_POINTS = 40  # up to so many points a line shows each, so that gaps between them are seen


@lru_cache(maxsize=_DRAWINGS)
def drawn(specification: str) -> str:
    """Draw a Vega-Lite specification (JSON). The same one is drawn once; rows are part of it."""
    prefix = sha256(specification.encode()).hexdigest()[:8]
    return _with_own_ids(vl_convert.vegalite_to_svg(json.loads(specification)), prefix)


def _with_own_ids(svg: str, prefix: str) -> str:
    """Number the ids of clips and gradients within the drawing.

    vl-convert counts them over the life of its process, so that a drawing would differ by what was drawn before it, and two
    drawings of different processes could share an id on one page.
    """
    for count, name in enumerate(re.findall(r'\bid="([^"]+)"', svg)):
        svg = svg.replace(f'id="{name}"', f'id="{prefix}-{count}"').replace(f"url(#{name})", f"url(#{prefix}-{count})")
    return svg


def specification_of(part: WidgetPart, rows: Sequence[Mapping[str, Any]], *, limits: Sequence[tuple[float, str]] = (),
                     wide: bool = False, marks: Sequence[tuple[str, str]] = ()) -> str:  # fmt: skip
    """Return the chart as JSON of Vega-Lite. Values of rows are already as they are to be seen; ``limits`` are target lines.

    ``part.columns`` are set; ``marks`` are days with the names of notable events.
    """
    width = WIDTHS["wide" if wide else "normal"]
    chart = _CHARTS[part.show](part, [dict(row) for row in rows], limits, width, marks)
    configured = chart.configure(
        aria=False,
        background="transparent",
        font=_FONT,
        padding=2,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="var(--quiet)", labelFontSize=_FONT_SIZE, titleColor="var(--quiet)", titleFontSize=_FONT_SIZE,
            titleFontWeight="normal", gridColor="var(--line)", domainColor="var(--line)", tickColor="var(--line)", ticks=False,
            labelPadding=6, labelOverlap=True,
        ),
        legend=alt.LegendConfig(
            labelColor="var(--soft)", labelFontSize=_FONT_SIZE, title=None, symbolSize=64, symbolStrokeWidth=2,
            symbolType="circle", labelLimit=220,
        ),
    )  # fmt: skip
    return json.dumps(configured.to_dict(), sort_keys=True, separators=(",", ":"))


def svg_of(specification: str) -> str:
    """Draw a specification. The table says the same to screen readers, so the drawing is hidden from them."""
    return drawn(specification).replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _line(
    part: WidgetPart, rows: list[dict[str, Any]], limits: Sequence[tuple[float, str]], width: int, marks: Any
) -> alt.LayerChart | alt.FacetChart:
    columns = part.columns
    x, is_time = columns[0].name, columns[0].format in ("hour", "minute")
    if part.series:
        names = {part.series: None}
        long = [{"x": row[x], "y": row[columns[-1].name], "series": row[part.series]} for row in rows]
    else:
        names = {column.label: column.name for column in columns[1:] if column.name != "n"}
        long = [{"x": row[x], "y": row[name], "series": label} for row in rows for label, name in names.items()]
    unit = columns[-1].format if part.series else columns[1].format
    several = len({row["series"] for row in long}) > 1
    tones = part.colors or dict(zip(sorted({str(row["series"]) for row in long}), _SERIES, strict=False))
    colors = {name: chart_color(tone) for name, tone in tones.items()}
    shade = (
        alt.Color("series:N", scale=alt.Scale(domain=list(colors), range=list(colors.values())) if colors else alt.Undefined,
                  legend=alt.Legend(orient="top", offset=8))
        if several
        else alt.value(chart_color("accent"))
    )  # fmt: skip
    axis_x = alt.X("x:T", title=None, axis=_time_axis(is_time, long, width))
    highest: float = max([float(row["y"] or 0) for row in long] + [limit for limit, _ in limits])
    scale = alt.Scale(zero=True, nice=True) if highest else alt.Scale(domain=[0, _SCALE_OF_ZEROS.get(unit, 10)])
    axis_y = alt.Y("y:Q", title=None, scale=scale, axis=_axis(unit, highest), stack=None)
    base = alt.Chart(alt.Data(values=long), width=width, height=_HEIGHT).encode(x=axis_x, y=axis_y, color=shade)
    layers: list[alt.Chart] = []
    if not several:
        layers.append(base.mark_area(opacity=0.1, line=False))
    layers.append(base.mark_line(strokeWidth=2, point={"size": 24, "filled": True} if len(rows) <= _FEW_POINTS else False))
    layers += _limits(limits, width, part.target is not None, [float(row["y"]) for row in long if row["y"] is not None])
    layers += _marks(marks)
    return alt.layer(*layers)


def _spark(
    part: WidgetPart, rows: list[dict[str, Any]], limits: Sequence[tuple[float, str]], width: int, _: Any
) -> alt.LayerChart | alt.FacetChart:
    x = part.columns[0].name
    values = [{"x": row[x], "y": row["value"]} for row in rows]
    base = alt.Chart(alt.Data(values=values), width=width, height=_SPARK_HEIGHT).encode(
        x=alt.X("x:T", title=None, axis=_time_axis(False, values, width)),
        y=alt.Y("y:Q", axis=None, scale=alt.Scale(zero=True, padding=6)),
        color=alt.value(chart_color("accent")),
    )
    return alt.layer(base.mark_area(opacity=0.1), base.mark_line(strokeWidth=2), base.mark_point(size=20, filled=True, opacity=1))


def _histogram(part: WidgetPart, rows: list[dict[str, Any]], _: Any, width: int, __: Any) -> alt.Chart:
    bucket, count = part.columns[0].name, part.columns[1].name
    counts = {row[bucket]: row[count] for row in rows}
    order = list(part.buckets) if part.buckets else list(range(min(counts), max(counts) + 1))
    values = [
        {"bucket": part.buckets.get(each, str(each)), "n": counts.get(each, 0), "color": _bucket_color(part, each)}
        for each in order
    ]
    padded, labels = alt.Scale(paddingInner=0.15), alt.Axis(labelAngle=0, labelOverlap="parity", labelSeparation=4)
    return alt.Chart(alt.Data(values=values), width=width, height=_HEIGHT).mark_bar(cornerRadiusEnd=3).encode(
        x=alt.X("bucket:O", sort=None, title=part.columns[0].label, scale=padded, axis=labels),
        y=alt.Y("n:Q", title=None, axis=_axis("count", max(counts.values()))),
        color=alt.Color("color:N", scale=None),
    )  # fmt: skip


def _bucket_color(part: WidgetPart, bucket: int) -> str:
    if bucket in part.colors:
        return chart_color(part.colors[bucket])
    if part.highlight is None:
        return chart_color("accent")
    lowest, highest = part.highlight
    return chart_color("accent" if lowest <= bucket <= highest else "quiet")


def _bar(part: WidgetPart, rows: list[dict[str, Any]], _: Any, width: int, __: Any) -> alt.LayerChart | alt.FacetChart:
    """Horizontal bars, each in parts by ``series``."""
    name, value = part.columns[0].name, part.columns[-1].name
    order = list(dict.fromkeys(row[name] for row in rows))
    values = [{"name": row[name], "value": row[value] or 0, "series": row[part.series or ""]} for row in rows]
    totals = [{"name": each, "value": sum(row["value"] for row in values if row["name"] == each)} for each in order]
    y = alt.Y(
        "name:N", sort=order, title=None, axis=alt.Axis(labelLimit=_NAME_WIDTH, domain=False), scale=alt.Scale(paddingInner=0.35)
    )
    shade = alt.Color(
        "series:N",
        legend=alt.Legend(orient="top", offset=4),
        scale=alt.Scale(domain=[str(key) for key in part.colors], range=[chart_color(tone) for tone in part.colors.values()]),
    )
    most = max(row["value"] for row in totals)
    x = alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, most * _ROOM_FOR_TOTAL or 1]))
    bars = alt.Chart(alt.Data(values=values), width=width - _NAME_WIDTH, height=_BAR_STEP * len(order)).mark_bar()
    text = alt.Chart(alt.Data(values=totals)).mark_text(align="left", dx=6, fontSize=_FONT_SIZE, color="var(--soft)")
    return alt.layer(bars.encode(x=x, y=y, color=shade, order=alt.Order("series:O")), text.encode(x=x, y=y, text="value:Q"))


def _pie(part: WidgetPart, rows: list[dict[str, Any]], _: Any, width: int, __: Any) -> alt.Chart:
    name, count = part.columns[0].name, part.columns[1].name
    total = sum(row[count] or 0 for row in rows)
    values = [
        {"order": at, "name": f"{row[name]}  {round(100 * (row[count] or 0) / total)} %", "value": row[count] or 0}
        for at, row in enumerate(rows)
    ]
    tones = {str(key).casefold(): chart_color(tone) for key, tone in part.colors.items()}
    range_ = [tones.get(str(row.get(f"{name}_key", row[name])).casefold(), chart_color("quiet")) for row in rows]
    return alt.Chart(alt.Data(values=values), width=_PIE_RADIUS * 2, height=_PIE_RADIUS * 2 + 16).mark_arc(
        innerRadius=_PIE_RADIUS * 0.62, outerRadius=_PIE_RADIUS, padAngle=0.015, cornerRadius=2
    ).encode(
        theta=alt.Theta("value:Q", stack=True),
        order=alt.Order("order:Q"),
        color=alt.Color("name:N", sort=None, scale=alt.Scale(domain=[value["name"] for value in values], range=range_),
                        legend=alt.Legend(orient="none", legendX=_PIE_RADIUS * 2 + 28, rowPadding=8,
                                          legendY=_PIE_RADIUS - len(rows) * _LEGEND_ROW / 2 + 8)),
    )  # fmt: skip


def _limits(limits: Sequence[tuple[float, str]], width: int, is_target: bool, values: Sequence[float]) -> list[alt.Chart]:
    """Draw the lines; the name stands at the right end, on the side where the last values are not."""
    if not limits:
        return []
    last = values[-max(1, len(values) // _UNDER_NAME) :]
    above = sum(value > limits[0][0] for value in last) * 2 < len(last) + 1
    place = {"baseline": "bottom", "dy": -4} if above else {"baseline": "top", "dy": 4}
    data = alt.Data(values=[{"limit": limit, "label": label} for limit, label in limits])
    tone = chart_color("bad" if is_target else "warn")
    rule = alt.Chart(data).mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=tone).encode(y="limit:Q")
    style: dict[str, Any] = {"align": "right", "fontSize": _FONT_SIZE, **place}
    texts = [
        alt.Chart(data).mark_text(**style, stroke="var(--card)", strokeWidth=4, strokeJoin="round"),
        alt.Chart(data).mark_text(**style, color="var(--soft)"),
    ]
    return [rule, *(text.encode(x=alt.value(width), y="limit:Q", text="label:N") for text in texts)]


def _marks(marks: Sequence[tuple[str, str]]) -> list[alt.Chart]:
    if not marks:
        return []
    data = alt.Data(values=[{"x": day, "label": label} for day, label in marks])
    rule = alt.Chart(data).mark_rule(strokeWidth=1, color="var(--quiet)").encode(x="x:T")
    text = alt.Chart(data).mark_text(align="left", baseline="top", dx=4, fontSize=_FONT_SIZE, color="var(--quiet)")
    return [rule, text.encode(x="x:T", y=alt.value(0), text="label:N")]


def _time_axis(is_time: bool, rows: Sequence[Mapping[str, Any]], width: int) -> alt.Axis:
    """Label whole days: each, or as many as there is room for."""
    if is_time:
        return alt.Axis(format="%H:%M", grid=False, tickCount=width // _LABEL_WIDTH)
    days = sorted({row["x"] for row in rows})
    step = -(-len(days) * _LABEL_WIDTH // width)  # rounded up
    return alt.Axis(format="%-d %b", grid=False, values=days[::-1][::step])


def _axis(unit: str, highest: float) -> alt.Axis:
    """Label about four values; of counts only whole ones, which Vega's ``tickMinStep`` does not see to below 4."""
    formats = {"percent": ".0%", "ms": ",d", "usd": "$~s"}
    whole = list(range(int(highest) + 1)) if unit == "count" and 0 < highest < _TICKS else alt.Undefined
    return alt.Axis(format=formats.get(unit, "~s"), tickCount=_TICKS, values=whole, domain=False)


_CHARTS = {"line": _line, "spark": _spark, "histogram": _histogram, "bar": _bar, "pie": _pie}
CHARTS = frozenset(_CHARTS)
