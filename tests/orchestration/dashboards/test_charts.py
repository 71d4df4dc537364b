"""A drawing depends on what it shows alone."""

from __future__ import annotations

import json
import re

from orchestration.dashboards.charts import drawn


def drawing(value: float) -> str:
    axes = {axis: {"field": axis, "type": "quantitative"} for axis in ("x", "y")}
    mark = {"type": "line", "clip": True}
    return drawn(json.dumps({"data": {"values": [{"x": 1, "y": value}]}, "mark": mark, "encoding": axes}))


def test_a_drawing_does_not_depend_on_what_was_drawn_before_it():
    first, other = drawing(0.5), drawing(0.25)
    drawn.cache_clear()
    assert drawing(0.5) == first
    ids, others = (set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, other))
    assert set(re.findall(r"url\(#([^)]+)\)", first)) == ids
    assert ids
    assert not ids & others
