"""Charts in a browser: drawn by the service in the default view, which needs no script, and by Vega after a filter."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from orchestration.dashboards.definition import panels
from tests.orchestration.web.browser.conftest import Drive
from tests.orchestration.web.drill_sample import SALES

WIDTHS = (1400, 390)
"""Pixels of a window on a desk, and on a phone."""
PATHS = [f"/dashboards/{panel}" for panel in panels()]
HEADERS = {name: value for name, value in SALES.items() if name != "accept"}
TIER = "Tier 1"


def seen(drive: Drive, address: str, paths: list[str], *, scripts: bool, tier: str = "") -> dict[tuple[str, int], dict[str, Any]]:
    """Return what stands in each page by its panel and width; every page is whole and none is wider than its window."""
    wanted = {
        "base": address,
        "headers": HEADERS,
        "paths": paths,
        "widths": WIDTHS,
        "scripts": scripts,
        "filter": tier,
        "pictures": "",
    }
    found = drive("charts.mjs", wanted)
    assert len(found) == len(paths) * len(WIDTHS)
    for page in found:
        panel = panels()[page["path"].split("/")[-1].split("?")[0]]
        assert page["cards"] == len(panel.widgets), page
        assert page["wider"] == 0, page
        assert page["errors"] == [], page
        assert page["drawn"] == page["charts"], page
        assert page["tables"] >= page["charts"], "every chart has a table behind it"
    assert sum(page["charts"] for page in found) >= 2 * len(paths)
    return {(urlsplit(page["path"]).path, page["width"]): page for page in found}


def test_the_default_view_needs_no_script(drive: Drive, address: str):
    assert {page["byBrowser"] for page in seen(drive, address, PATHS, scripts=False).values()} == {0}


def test_after_a_filter_vega_draws_what_the_service_draws_for_browsers_without_scripts(drive: Drive, address: str):
    by_vega = seen(drive, address, PATHS, scripts=True, tier=TIER)
    by_service = seen(drive, address, PATHS, scripts=False, tier=TIER)
    for key, page in by_vega.items():
        assert page["byBrowser"] == page["charts"] == by_service[key]["charts"]
        assert by_service[key]["byBrowser"] == 0
        assert parse_qs(urlsplit(page["address"]).query)["tier"] == [TIER], "the form works"
        assert "charts" not in parse_qs(urlsplit(page["address"]).query)
        assert parse_qs(urlsplit(by_service[key]["address"]).query)["charts"] == ["drawn"]
        assert parse_qs(urlsplit(by_service[key]["address"]).query)["tier"] == [TIER], "the form works without scripts"
