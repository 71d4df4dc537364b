"""Eight weeks of calls that end with a busy one, at known figures: as many calls as the specification's own example has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import duckdb

from tests.orchestration.reports.warehouse import CallRow, Opportunity, add_opportunities, said, warehouse

MONDAY = date(2026, 11, 16)
DAY = date(2026, 11, 18)
AFTER = datetime(2026, 11, 23, 13, tzinfo=UTC)
WEEKS = (168, 181, 176, 195, 203, 214, 233, 287)
_SHARES = (17, 18, 16, 17, 16, 9, 7)
"""Percent of a week's calls by weekday, from Monday."""
_PEOPLE = (
    ("Dana Ortiz", "Northlight Legal"),
    ("Sam Okafor", "Globex Inc"),
    ("Priya Natarajan", "Initech LLC"),
    ("Lou Reyes", "Ravenscleft Events"),
)


def busy_weeks() -> duckdb.DuckDBPyConnection:
    calls = [call for back, n in zip(range(7, -1, -1), WEEKS, strict=True) for call in _week(MONDAY - timedelta(weeks=back), n)]
    connection = warehouse(*calls, ledger={"analysed": len(calls), "rejected": 3}, test_calls=0)
    add_opportunities(connection, *_opportunities())
    return connection


def _week(monday: date, n: int) -> list[CallRow]:
    days = [day for day, share in enumerate(_SHARES) for _ in range(round(n * share / 100))]
    days = (days + [4] * n)[:n]
    return [_call(monday, day, i, latest=monday == MONDAY) for i, day in enumerate(days)]


def _call(monday: date, day: int, i: int, *, latest: bool) -> CallRow:
    at = datetime(monday.year, monday.month, monday.day, 14, tzinfo=UTC) + timedelta(days=day, minutes=i)
    qualified = i % 50 < 13
    legal = i % (6 if latest else 7) == 0
    report = said(
        team=(12 if i % 2 else 4) if qualified else 2,
        volume=150 if qualified and i % 3 == 0 else None,
        industry="legal" if legal else "construction" if i % 5 == 0 else None,
        needs=("salesforce",) if qualified and i % 5 < 3 else (),
        features=("mobile app",) if i % 7 == 3 else (),
        timeline="this_month" if qualified and i % 4 == 0 else None,
        tool="DocuSign" if qualified and i % 3 == 1 else None,
        unhappy_with="DocuSign" if (qualified and i % 3 == 1) or i % 50 == 40 else None,
        considering="DocuSign" if i % 9 == 5 else None,
    )
    hot = qualified and latest and day == 2 and i % 4 == 1
    name, company = _PEOPLE[i // 4 % len(_PEOPLE)] if hot else (None, None)
    return CallRow(
        f"call_{monday}_{i}",
        at,
        name,
        company,
        "Tier 1" if qualified else "Tier 2",
        (84 + i % 9) if hot else 66 if qualified else 38,
        7.8 if latest and day >= 2 else 7.5,
        meeting_booked=qualified and (i % 5 in (0, 2) if latest else i % 50 in (0, 3, 6, 9, 12)),
        disconnect_reason="error" if i % 45 == 7 else "user_hangup",
        latencies=[930 + i % 9 * 14, 985],
        costs=[0.9, 1.6, 0.5, 1.3],
        report=report,
        failed_searches=("zapier integration",) if latest and i % 19 == 2 else ("reminders",) if latest and i % 90 == 11 else (),
    )


def _opportunities() -> list[Opportunity]:
    week = [Opportunity(17_000 + 640 * (n % 5), MONDAY + timedelta(days=n % 6)) for n in range(47)]
    return [*week, *(Opportunity(15_500, MONDAY - timedelta(days=3)) for _ in range(30))]
