"""Every panel and every page behind the figures, in a browser: wide and on a phone, light and dark, checked against WCAG 2.2 AA.

``VOICE_PICTURES`` names a folder for a picture of each.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestration.dashboards.definition import panels
from orchestration.dashboards.links import query_key
from tests.orchestration.web.browser.conftest import Drive
from tests.orchestration.web.drill_sample import ADMIN, ALERT, DIGEST, ONE_MEANING, SALES, VIEWER
from tests.orchestration.web.page_links import links_of

WIDTHS, SCHEMES = (1400, 390), ("light", "dark")
KINDS = {"leads": "lead", "industries": "industry", "objections": "objection"}
LEAST_RULES = 10
"""Rules that apply to the emptiest page at least: fewer passes mean that nothing was checked."""


def first_links(address: str) -> dict[str, str]:
    """Return the first page of each kind that the panels lead to."""
    found: dict[str, str] = {}
    with httpx.Client(base_url=address, headers=SALES, timeout=60) as client:
        for panel in panels():
            for link in links_of(client.get(f"/dashboards/{panel}?range=7").text):
                kind = link.split("?")[0].strip("/").split("/")
                if kind[0] in KINDS and len(kind) > 1:
                    found.setdefault(KINDS[kind[0]], link)
    return found


def pages_of(role: str, address: str) -> dict[str, dict[str, Any]]:
    """Return what a role opens, by name: its address and the status of the answer."""
    paths = {
        "overview": "/dashboards",
        **{panel: f"/dashboards/{panel}?range=7" for panel in panels()},
        **first_links(address),
        "call": "/calls/drill_00",
        "recent-calls": "/",
        "questions": "/queries?range=7",
        "industries": "/industries?range=7",
        "alerts": "/alerts?range=7",
        "alert": f"/alerts/{ALERT}",
        "digest": f"/alerts/{DIGEST}",
        "empty": "/dashboards/performance?from=2026-01-01&to=2026-01-02",
        **{f"filtered-{panel}": f"/dashboards/{panel}?range=30&tier=Tier+1" for panel in panels()},
    }
    question = f"/queries/{query_key(ONE_MEANING[0].lower())}?range=7"
    wrong = {"nothing": ("/calls/nothing", 404), "wrong-filter": ("/dashboards/trends?from=x", 400)}
    wrong |= {"question": (question, 403 if role == "viewer" else 200)}
    answers = {**{name: (path, 200) for name, path in paths.items()}, **wrong}
    return {name: {"path": path, "status": status} for name, (path, status) in answers.items()}


@pytest.mark.parametrize(("role", "headers"), [("viewer", VIEWER), ("sales", SALES), ("admin", ADMIN)])
def test_pages_meet_wcag_2_2_aa_and_fit_the_window(address: str, drive: Drive, role: str, headers: dict[str, str]):
    pictures = os.environ.get("VOICE_PICTURES", "")
    pages = pages_of(role, address)
    assert {"lead", "call", "question", "industry", "objection", "alert"} <= set(pages)
    wanted = {
        "base": address,
        "headers": {name: value for name, value in headers.items() if name != "accept"},
        "pages": pages,
        "widths": WIDTHS,
        "schemes": SCHEMES,
        "pictures": str(Path(pictures).resolve() / role) if pictures else "",
    }
    results = drive("check.mjs", wanted)
    assert len(results) == len(pages) * len(WIDTHS) * len(SCHEMES)
    assert min(result["passed"] for result in results) >= LEAST_RULES
    print(f"{role}: {len(results)} views of {len(pages)} pages, {sum(result['passed'] for result in results)} rules passed")
    wrong = [
        f"{result['page']} {result['width']} {result['scheme']}: {each['rule']}: {each['what']}"
        + "".join(f"\n    {where}" for where in each["where"][:5])
        for result in results
        for each in result["found"]
    ]
    assert not wrong, "\n".join(["", *wrong])
