"""All 35 widgets of the real service show what plain Python computes from documents and reports, without a filter and with many.

``VOICE_COMBINATIONS`` random combinations of filters are tried, 60 by ``make dashboard-filters``.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from orchestration.dashboards.definition import panels
from tests.orchestration.dashboards.figures.conversations import CONVERSATIONS, FOR_VIEWERS
from tests.orchestration.dashboards.figures.expected import Expected, Rows, Widget
from tests.orchestration.dashboards.figures.operations import OPERATIONS
from tests.orchestration.dashboards.figures.sample_home import make_home, told_of
from tests.orchestration.dashboards.figures.world import TODAY, FilterChoice, World
from tests.orchestration.web.conftest import as_person, client_of, service_at
from tests.support.once import once

COMBINATIONS = int(os.environ.get("VOICE_COMBINATIONS", "8"))
SALES, VIEWER = as_person("sam@example.com", accept="*/*"), as_person("vera@example.com", accept="*/*")
EXPECTED = {**OPERATIONS, **CONVERSATIONS}
WITHIN: Mapping[str, float] = {"p95-latency": 0.0101}
"""Share by which a figure may differ: latencies are counted in buckets of 2 %, whose middle is within 1 % of each value in it."""
MILLIONTHS = 5e-5
"""Amounts and satisfaction are summed in millionths and thousandths of many calls."""


@pytest.fixture(scope="session")
def home(of_all_workers: Path) -> Path:
    return once(of_all_workers / "figures", make_home)


@pytest.fixture(scope="session")
def world(home: Path) -> World:
    return World.of(told_of(home))


@pytest.fixture(scope="session")
def web(home: Path) -> Iterator[TestClient]:
    service = service_at(home)
    yield client_of(service)
    service.platform.close()


def choices_of(world: World, count: int) -> Iterator[FilterChoice]:
    """Yield random filters; most are those of some call, so that they leave rows."""
    chance = random.Random(6)
    for _ in range(count):
        call = chance.choice(world.calls)
        chosen = {
            name: getattr(call, name)
            for name, part in (("tier", 0.5), ("sentiment", 0.4), ("industry", 0.25), ("agent_version", 0.4))
            if chance.random() < part and (name in ("industry", "agent_version") or getattr(call, name) != "unknown")
        }
        if chance.random() < 0.8:
            days = chance.choice((1, 2, 7, 30, 45, 90))
            last = min(TODAY, call.day + timedelta(days=chance.randrange(days)))
            chosen |= {"first_day": last - timedelta(days=days - 1), "last_day": last}
        yield FilterChoice(**chosen)


def answered(web: TestClient, widget: str, choice: FilterChoice, headers: dict[str, str] = SALES) -> tuple[Mapping[str, Rows], int]:
    """Return rows by part, and n."""
    answer = web.get(f"/api/widgets/{widget}?{choice.query}", headers=headers)
    assert answer.status_code == 200, answer.text
    parts: dict[str, Rows] = defaultdict(list)
    only = next(w for p in panels().values() for w in p.widgets if w.id == widget).parts[0].show
    for row in answer.json()["rows"]:
        parts[row.pop("part", only)].append(row)
    return parts, answer.json()["n"]


def differences(widget: str, expected: Expected, parts: Mapping[str, Rows], n: int) -> list[str]:
    wanted, found = expected.shown(), []
    if set(wanted) != set(parts):
        found.append(f"parts {sorted(parts)}, expected {sorted(wanted)}")
    for part in set(wanted) & set(parts):
        if len(wanted[part]) != len(parts[part]):
            found.append(f"{part}: {len(parts[part])} rows, expected {len(wanted[part])}")
        for want, have in zip(wanted[part], parts[part], strict=False):
            if not _alike(want, have, WITHIN.get(widget, 1e-6)):
                found.append(f"{part}: {have}, expected {want}")
    if n != expected.n:
        found.append(f"n {n}, expected {expected.n}")
    return found


def _alike(want: Mapping[str, Any], have: Mapping[str, Any], within: float) -> bool:
    if set(want) != set(have):
        return False
    return all(
        have[name] == pytest.approx(value, rel=within, abs=MILLIONTHS) if isinstance(value, float) else have[name] == value
        for name, value in want.items()
    )


def compare(web: TestClient, world: World, widgets: Mapping[str, Widget], choice: FilterChoice, headers: dict[str, str]) -> int:
    """Assert that no widget differs; return how many of them show something."""
    chosen = world.with_choice(choice)
    expected = {widget: of(chosen) for widget, of in widgets.items()}
    wrong = {
        widget: found
        for widget, want in expected.items()
        if (found := differences(widget, want, *answered(web, widget, choice, headers)))
    }
    assert not wrong, "\n".join(f"{choice.query}: {widget}: {each}" for widget, found in wrong.items() for each in found[:3])
    return sum(bool(each.shown()) for each in expected.values())


def test_every_widget_has_an_expectation():
    assert set(EXPECTED) == {widget.id for panel in panels().values() for widget in panel.widgets}


def test_without_a_filter_every_widget_shows_what_python_computes(web: TestClient, world: World):
    assert compare(web, world, EXPECTED, FilterChoice(), SALES) == len(EXPECTED)
    assert compare(web, world, FOR_VIEWERS, FilterChoice(), VIEWER) == len(FOR_VIEWERS)


@pytest.mark.parametrize("number", range(COMBINATIONS))
def test_filtered_widgets_show_what_python_computes(web: TestClient, world: World, number: int):
    choice = list(choices_of(world, COMBINATIONS))[number]
    compare(web, world, EXPECTED, choice, SALES)
    compare(web, world, FOR_VIEWERS, choice, VIEWER)


def test_a_widget_that_ignores_a_filter_says_so(web: TestClient):
    for panel in panels().values():
        page = web.get(f"/dashboards/{panel.id}?tier=Tier+1&industry=legal", headers=as_person("sam@example.com")).text
        for widget in panel.widgets:
            card = page.split(f'id="{widget.id}"')[1].split("</section>")[0]
            assert ("Not filtered by qualification tier, industry." in card) is (not widget.filters)
            assert ('class="span"' in card) is ("date" not in widget.filters)


def test_most_combinations_leave_something_to_compare(world: World):
    for choice in choices_of(world, COMBINATIONS):
        assert world.with_choice(choice).matching
    shown = [
        sum(bool(of(world.with_choice(choice)).shown()) for of in EXPECTED.values()) for choice in choices_of(world, COMBINATIONS)
    ]
    assert sum(shown) / len(shown) > 0.6 * len(EXPECTED)
