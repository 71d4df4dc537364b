"""Every question that Metabase gets runs as the role of its connection, on PostgreSQL and DuckDB, with our page's figures.

It runs with each filter alone, all together, none, and in random combinations: ``VOICE_COMBINATIONS`` of them, 200 in
``make metabase-questions``.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contract.platform.settings import Settings
from contract.reference import Reference
from orchestration.dashboards.fragments import bound, template
from orchestration.dashboards.span_bounds import span_bounds
from orchestration.metabase.cards import CardDefinition, CardLinks, card_definitions
from orchestration.metabase.queries import DATED_COLUMN, tags_of
from orchestration.metabase.roles import METABASE_ROLES, MetabaseRole
from orchestration.metabase.sql import DATE, moment_expressions
from orchestration.postgres.rights import MENTIONS, masked_view
from orchestration.postgres.serve import serve
from orchestration.rules.measures import Measures
from orchestration.warehouse.reader import open_published
from tests.fakes.metabase_sql import compiled
from tests.orchestration.postgres.postgres import ask

COMBINATIONS = int(os.environ.get("VOICE_COMBINATIONS", "3"))
HOSTILE = "legal' or true --"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
WHOLE = f"{FIRST}~{LAST}"
SINGLE = {
    "date": WHOLE, "tier": "Tier 1", "sentiment": "positive", "industry": HOSTILE, "agent_version": "{{tier}} ]] [[",
}  # fmt: skip
CHOICES: Mapping[str, Sequence[str]] = {
    "tier": ("Tier 1", "Tier 2", "unknown"),
    "sentiment": ("positive", "neutral", "negative"),
    "industry": ("legal", "software", "unknown", HOSTILE),
    "agent_version": ("2026.11.1", "unknown", "'; drop table sessions; --"),
}
Values = Mapping[str, str]


def combinations(seed: int) -> Iterator[Values]:
    yield {}
    yield from ({name: value} for name, value in SINGLE.items())
    yield SINGLE
    chance = random.Random(seed)
    for _ in range(COMBINATIONS):
        chosen = {name: chance.choice(values) for name, values in CHOICES.items() if chance.random() < 0.5}
        if chance.random() < 0.7:
            first = FIRST + timedelta(days=chance.randrange(360))
            chosen["date"] = f"{first}~{first + timedelta(days=chance.randrange(60))}"
        yield chosen


def run_sql(card: CardDefinition, values: Values) -> str:
    tags = {tag.name: tag.written(card.sql.dated) for tag in tags_of(card.sql)}
    return compiled(card.sql.text, tags, values, lambda table: ("main", table, DATED_COLUMN))


def same(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Numbers as floats of nine digits, so that types of both databases compare."""
    return [tuple(float(f"{value:.9g}") if isinstance(value, int | float | Decimal) else value for value in row) for row in rows]


@pytest.fixture
def moment(published: Settings) -> datetime:
    with open_published(published) as warehouse:
        [(latest,)] = warehouse.execute("select max(start_time) from sessions").fetchall()
    return latest.replace(minute=59, second=0, microsecond=0, tzinfo=UTC)


@pytest.mark.parametrize("role", METABASE_ROLES, ids=lambda role: role.name)
def test_both_databases_answer_each_question_alike(role: MetabaseRole, published: Settings, reader: Any, moment: datetime):
    serve(published)
    now = f"cast('{moment.isoformat()}' as timestamptz)"
    cards = card_definitions(role, Reference(), published.business_tz, CardLinks(), now)
    answered = set[str]()
    with open_published(published) as duck:
        _mask(duck)
        ask(reader, f"set search_path to main; set role {role.name}")
        for number, card in enumerate(cards):
            for values in combinations(number):
                sql = run_sql(card, values)
                found = ask(reader, sql)
                assert same(found) == same(duck.execute(sql).fetchall()), (card.name, values)
                if any(value is not None for row in found for value in row):
                    answered.add(card.key)
    assert len(answered) > 0.8 * len(cards), sorted({card.key for card in cards} - answered)


def test_metabase_shows_the_figures_of_our_page(published: Settings, moment: datetime):
    analyst = METABASE_ROLES[-1]
    now = f"cast('{moment.isoformat()}' as timestamptz)"
    cards = {card.key: card for card in card_definitions(analyst, Reference(), published.business_tz, CardLinks(), now)}
    known = {**span_bounds(moment, published.business_zone), "hot_above": 80}
    measures, compared = Reference().table(Measures), 0
    with open_published(published) as duck:
        for card in (card for key, card in cards.items() if not key.endswith("/notes")):
            part = card.widget.parts[int(card.key.rpartition("/")[2])]
            for values in ({DATE: WHOLE}, {DATE: WHOLE, "tier": "Tier 1"}, {DATE: WHOLE, "sentiment": "positive"}):
                dimensions = {name: value for name, value in values.items() if name != DATE}
                page = bound(template(part, measures), {"first_day": FIRST, "last_day": LAST, **dimensions, **known})
                shown = duck.execute(run_sql(card, values)).fetchall()
                expected = duck.execute(*page).fetchall()
                if part.show == "histogram":  # a question names buckets and colours beside the counts
                    shown, expected = [row[-1:] for row in shown], [row[-1:] for row in expected]
                assert same(shown) == same(expected), card.name
                compared += bool(expected)
    assert compared > 100


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 1, 20, 30, 40, tzinfo=UTC),  # the day that summer time ended
        datetime(2026, 3, 8, 16, 5, tzinfo=UTC),  # the day that it began
        datetime(2026, 11, 26, 3, 59, 59, tzinfo=UTC),  # the evening before, where the business is
        datetime(2027, 1, 1, 5, tzinfo=UTC),
    ],
)
def test_moments_are_those_of_our_page_on_both_databases(at: datetime, published: Settings, reader: Any):
    expressions = moment_expressions(published.business_tz, 80, f"cast('{at.isoformat()}' as timestamptz)")
    expected = {**span_bounds(at, published.business_zone), "hot_above": 80}
    sql = "select " + ", ".join(f"{expressions[name]} as {name}" for name in expected)
    with open_published(published) as duck:
        assert duck.execute(sql).fetchall() == [tuple(expected.values())]
    assert ask(reader, sql) == [tuple(expected.values())]


def _mask(duck: Any) -> None:
    """The masked views, which PostgreSQL has and a published file has not."""
    for table in MENTIONS:
        columns = {name: kind for name, kind, *_ in duck.execute(f"describe {table}").fetchall()}
        view = masked_view(table, columns).replace("create view main.", "create temp view ")
        duck.execute(view.replace("create temp view", "create or replace temp view"))
