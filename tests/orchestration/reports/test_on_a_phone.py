"""Both reports in a real browser: nothing has to be scrolled sideways on a phone, in light and in dark mode."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.reports.render import RenderedEmail
from orchestration.reports.weekly import weekly_facts
from tests.orchestration.reports.busy_weeks import AFTER, MONDAY
from tests.orchestration.reports.rendering import BASE_URL, render_daily, render_weekly
from tests.orchestration.reports.test_daily_facts import facts_of
from tests.orchestration.reports.test_weekly import NOON
from tests.orchestration.reports.warehouse import CallRow, Opportunity, add_opportunities, said, warehouse
from tests.pictures import BROWSERS

BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
PHONE = 390
"""Pixels of a phone's width."""
FRAME = """<!doctype html><title>-</title><iframe id="mail" style="border:0;width:{width}px;height:2000px" srcdoc="{page}"></iframe>
<script>addEventListener("load", () => {{
  const page = document.getElementById("mail").contentDocument;
  const tooWide = page.documentElement.scrollWidth - page.documentElement.clientWidth;
  document.title = [tooWide, getComputedStyle(page.querySelector(".date")).color].join(" ");
}});</script>"""


def emails() -> dict[str, RenderedEmail]:
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    report = said(team=999_999, features=(long,), unhappy_with=long, industry=long)
    calls = [
        CallRow(f"c{n}", NOON, long, long, "Tier 1", 90, latencies=[123_456], costs=[98_765.0], report=report) for n in range(12)
    ]
    with warehouse(*calls) as connection:
        add_opportunities(connection, Opportunity(98_765_432_100.0, MONDAY))
        weekly = weekly_facts(connection, MONDAY, ZoneInfo("America/New_York"), AFTER)
    return {"daily": render_daily(facts_of(*calls), BASE_URL), "weekly": render_weekly(weekly, BASE_URL)}


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")
@pytest.mark.parametrize(("mode", "ink"), [("1", "rgb(27, 36, 48)"), ("0", "rgb(238, 241, 244)")], ids=["light", "dark"])
def test_neither_report_is_wider_than_a_phone_and_both_follow_dark_mode(mode: str, ink: str, tmp_path: Path):
    for name, email in emails().items():
        page = email.html.replace("&", "&amp;").replace('"', "&quot;")
        path = tmp_path / f"{name}.html"
        path.write_text(FRAME.format(width=PHONE, page=page), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile", "--dump-dom"]
        done = subprocess.run(
            [str(BROWSER), *options, f"--blink-settings=preferredColorScheme={mode}", path.as_uri()],
            check=True, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        title = re.search(r"<title>(.*?)</title>", done.stdout)
        assert title
        assert title[1] == f"0 {ink}", name
