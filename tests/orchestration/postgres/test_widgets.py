"""The widgets' queries give the same on the served PostgreSQL as on the published DuckDB, with filters and without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date
from decimal import Decimal
from typing import Any

from contract.platform.settings import Settings
from contract.reference import Reference
from orchestration.dashboards.definition import panels
from orchestration.dashboards.filters import Filters
from orchestration.dashboards.fragments import bound, template
from orchestration.dashboards.span_bounds import span_bounds
from orchestration.postgres.serve import serve
from orchestration.rules.measures import Measures
from orchestration.warehouse.reader import open_published

WHOLE = Filters(date(2026, 1, 1), date(2026, 12, 31))
CHOICES = {"tier": "Tier 1", "sentiment": "positive", "industry": "legal' or true --", "agent_version": "2026.11.1"}


def filters() -> list[Filters]:
    single = [Filters(WHOLE.first_day, WHOLE.last_day, **{name: value}) for name, value in CHOICES.items()]
    return [WHOLE, *single, Filters(WHOLE.first_day, WHOLE.last_day, **CHOICES)]


def same(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers as floats of nine digits, so that types of both databases compare."""
    return tuple(float(f"{value:.9g}") if isinstance(value, int | float | Decimal) else value for value in row)


def test_both_databases_answer_alike(published: Settings, reader: Any):
    serve(published)
    measures, compared = Reference().table(Measures), 0
    with open_published(published) as duck, reader.cursor() as postgres:
        [(latest,)] = duck.execute("select max(start_time) from sessions").fetchall()
        known = {**span_bounds(latest.replace(minute=59, tzinfo=UTC), published.business_zone), "hot_above": 10}
        postgres.execute("set search_path to main")
        for widget in (widget for panel in panels().values() for widget in panel.widgets):
            for part in widget.parts:
                for chosen in filters():
                    for allowed in (True, False) if part.needs else (True,):
                        sql, values = bound(template(part, measures, allowed=allowed), {**chosen.values(), **known})
                        found = _rows(postgres, sql, values)
                        assert [*map(same, found)] == [*map(same, duck.execute(sql, values).fetchall())], widget.id
                        compared += bool(found)
    assert compared > 200


def _rows(cursor: Any, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    cursor.execute(re.sub(r"\$(\w+)", r"%(\1)s", sql), values)
    return cursor.fetchall()
