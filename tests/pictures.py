"""The pictures of the README: what they show is made here, so that a test can tell whether they are old.

``python -m tests.pictures`` (``make pictures``) takes them again with a headless Chromium and records a digest of what each shows.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from contract.reference import Reference
from orchestration.dashboards.definition import panels
from orchestration.dashboards.names import ReaderNames
from orchestration.messages.html import html_of
from orchestration.messages.palette import style_sheet
from orchestration.reports.daily import daily_facts
from orchestration.reports.display_names import DisplayNames
from orchestration.reports.render import RenderedEmail
from orchestration.reports.weekly import weekly_facts
from orchestration.web.call_view import call_view
from orchestration.web.dashboard_pages import filter_form
from orchestration.web.identity import WebUser
from orchestration.web.pages import STATIC, templates
from orchestration.web.roles import RIGHTS, Role
from tests.orchestration.alerts.feed_sample import feed
from tests.orchestration.dashboards.busy_month import FILTERS, TODAY, views_of_month
from tests.orchestration.reports.busy_weeks import AFTER, DAY, MONDAY, busy_weeks
from tests.orchestration.reports.rendering import BASE_URL, render_daily, render_weekly
from tests.orchestration.web.call_sample import call_rows
from tests.orchestration.web.lead_sample import HEAD, views_of_lead

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
DIGESTS = FOLDER / "digests.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""Commands under which systems install Chromium or Chrome."""
_LONG_NUMBER = re.compile(r"\d+\.\d{4,}")
_SECONDS = 120
"""Longest a browser may take for one picture, also on a busy machine."""


@dataclass(frozen=True)
class Picture:
    """A page as a picture of ``width`` by ``height`` pixels.

    ``described`` is what it shows in words, of which the digest is, where the page has pictures: the bytes of a PNG depend on the
    renderer's version.
    """

    html: Callable[[], str]
    width: int
    height: int
    described: Callable[[], str] | None = None

    @property
    def digest(self) -> str:
        return sha256(f"{self.width}x{self.height}\n{(self.described or self.html)()}".encode()).hexdigest()


@cache
def daily_report() -> RenderedEmail:
    """Return the daily report of a busy day whose figures are known."""
    with busy_weeks() as connection:
        return render_daily(daily_facts(connection, DAY, ZoneInfo("America/New_York"), AFTER, AFTER), BASE_URL)


@cache
def weekly_report() -> RenderedEmail:
    """Return the weekly report of the week around that day."""
    with busy_weeks() as connection:
        return render_weekly(weekly_facts(connection, MONDAY, ZoneInfo("America/New_York"), AFTER, AFTER), BASE_URL)


def call_page() -> str:
    """Return the page of a call whose rows are known, as a salesperson sees it, with its style in the page."""
    call = call_view(call_rows(), RIGHTS[Role.SALES], ZoneInfo("America/New_York"), DisplayNames(Reference()))
    html = (
        templates()
        .get_template("call.html.j2")
        .render(palette="palette.css", style="style.css", person=WebUser("sam@example.com", Role.SALES), call=call)
    )
    return with_styles(html)


def with_styles(html: str) -> str:
    """Put the style sheets that a page names into it."""
    sheets = {name: (STATIC / name).read_text(encoding="utf-8") for name in ("style.css", "dashboards.css")}
    for name, sheet in {"palette.css": style_sheet(), **sheets}.items():
        html = html.replace(f'<link rel="stylesheet" href="{name}">', f"<style>{sheet}</style>")
    return html


def _email(made: Callable[[], RenderedEmail], height: int) -> Picture:
    return Picture(lambda: made().page, 760, height, lambda: made().html)


def alert_feed() -> str:
    """Return the page of the alerts of two days that are known, as ``voice alerts replay --out`` writes it."""
    return html_of(feed())


def dashboard() -> str:
    """Return the panel of call quality over a month whose figures are known, with its style in the page."""
    html = (
        templates()
        .get_template("panel.html.j2")
        .render(
            palette="palette.css",
            style="style.css",
            dashboard_style="dashboards.css",
            refresh_script="refresh.js",
            sort_script="sort.js",
            person=WebUser("sam@example.com", Role.SALES),
            panels=list(panels().values()),
            panel=panels()["call-quality"],
            widgets=views_of_month(),
            here="/dashboards/call-quality",
            form=filter_form(ReaderNames(Reference()), {"industry": [], "agent_version": []}, FILTERS, TODAY),
            as_of="November 26, 2026, 09:40 EST",
            published=True,
            late="",
            in_browser=False,
            zone="America/New_York",
            action_address=lambda _: "",
        )
    )
    return with_styles(html)


def _in_tenths(html: str) -> str:
    """Round the numbers of drawings: their last digits depend on the processor, which no picture shows."""
    return _LONG_NUMBER.sub(lambda found: f"{float(found.group()):.1f}", html)


def lead_page() -> str:
    """Return the page of a lead whose rows are known, as a salesperson sees it, with its styles in the page."""
    html = (
        templates()
        .get_template("subject.html.j2")
        .render(
            palette="palette.css",
            style="style.css",
            dashboard_style="dashboards.css",
            person=WebUser("sam@example.com", Role.SALES),
            head=HEAD,
            widgets=views_of_lead(),
            here="/leads/49d30093",
            form=None,
            as_of="November 26, 2026, 09:40 EST",
            published=True,
            late="",
            zone="America/New_York",
        )
    )
    return with_styles(html)


PICTURES = {
    "dashboard.png": Picture(dashboard, 1400, 1100, lambda: _in_tenths(dashboard())),
    "lead-page.png": Picture(lead_page, 1400, 1400),
    "call-page.png": Picture(call_page, 1200, 1320),
    "daily-report.png": _email(daily_report, 1610),
    "weekly-report.png": _email(weekly_report, 2250),
    "alert-feed.png": Picture(alert_feed, 760, 935),
}


def recorded() -> dict[str, str]:
    """Return the digest of what each picture showed when it was taken."""
    return json.loads(DIGESTS.read_text(encoding="utf-8")) if DIGESTS.exists() else {}


def take(picture: Picture, path: Path, browser: str) -> None:
    """Write the picture to ``path``. ``subprocess.CalledProcessError`` when the browser fails; the former picture then stays."""
    with tempfile.TemporaryDirectory() as folder:
        page, taken = Path(folder) / "page.html", Path(folder) / "taken.png"
        page.write_text(picture.html(), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile"]
        size = f"--window-size={picture.width},{picture.height}"
        subprocess.run(
            [browser, *options, size, f"--screenshot={taken}", page.as_uri()], check=True, capture_output=True, timeout=_SECONDS
        )
        shutil.copyfile(taken, path)


def chromium() -> str:
    """Return the browser's path; exit with what to install when there is none."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    return browser or sys.exit("No Chromium or Chrome is installed. Install one (on Debian: apt-get install chromium).")


def main() -> int:
    browser = chromium()
    for name, picture in PICTURES.items():
        take(picture, FOLDER / name, browser)
        print(f"docs/images/{name}: {picture.width} x {picture.height}")
    digests = {name: picture.digest for name, picture in PICTURES.items()}
    DIGESTS.write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
