"""Two weeks of calls that end with a busy day, at known figures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import duckdb

from tests.orchestration.reports.warehouse import CallRow, Opportunity, add_opportunities, said, warehouse

DAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 17, tzinfo=UTC)
AFTER = datetime(2026, 11, 26, 12, tzinfo=UTC)
CALLS_BEFORE = [3, 4, 6, 1, 0, 5, 6, 4, 5, 7, 2, 1, 6]


def busy_day() -> duckdb.DuckDBPyConnection:
    connection = warehouse(*_earlier(), *_today(), ledger={"analysed": 62, "rejected": 5, "claimed": 1}, test_calls=2)
    add_opportunities(connection, *_opportunities())
    return connection


def _opportunities() -> list[Opportunity]:
    """Three that the day's calls influenced, one of them without an amount; one lost, one of the day before, one of nobody."""
    return [
        Opportunity(95_000, DAY),
        Opportunity(32_400, DAY),
        Opportunity(None, DAY),
        Opportunity(70_000, DAY, is_lost=True),
        Opportunity(12_000, DAY - timedelta(days=1)),
        Opportunity(50_000),
    ]


def _earlier() -> list[CallRow]:
    calls: list[CallRow] = []
    for back, n in zip(range(13, 0, -1), CALLS_BEFORE, strict=True):
        for i in range(n):
            report = said(industry="legal" if i % 2 else "construction", needs=("salesforce",) if i == 0 else ())
            tier = "Tier 1" if i % 3 == 0 else "Tier 2"
            at = NOON - timedelta(days=back, minutes=i)
            calls.append(CallRow(f"before_{back}_{i}", at, tier=tier, lead_score=50, engagement=7.1, report=report))
    return calls


def _today() -> list[CallRow]:
    needs_salesforce = said(team=25, industry="legal", needs=("salesforce",), features=("mobile app",), timeline="this_month")
    volume = said(team=50, volume=1200, industry="legal", needs=("hubspot", "api"), features=("mobile app",), tool="Word")
    switcher = said(team=15, industry="legal", timeline="this_week", tool="DocuSign", unhappy_with="DocuSign")
    return [
        CallRow("trial_1", NOON, "Dana Ortiz", "Northlight Legal", "Tier 1", 92, 8.4, True,
                latencies=[880, 910, None, 1010], costs=[0.21, 0.08], report=needs_salesforce),
        CallRow("trial_2", NOON + timedelta(hours=1), "Sam Okafor", "Globex Inc", "Tier 1", 88, 7.9, False,
                latencies=[1120, 940], costs=[0.30, 0.11], report=volume),
        CallRow("trial_3", NOON + timedelta(hours=2), "Priya Natarajan", None, "Tier 1", 85, 8.0, True,
                latencies=[1005], costs=[0.17], report=switcher),
        CallRow("trial_4", NOON + timedelta(hours=3), None, None, "Tier 2", 41, 6.8, latencies=[760], costs=[0.12],
                report=said(team=1, industry="events", features=("dark mode",))),
        CallRow("trial_5", NOON + timedelta(hours=4), tier="Tier 2", disconnect_reason="error"),
        CallRow("trial_6", NOON + timedelta(hours=5), "Lou Reyes", "Initech LLC", "Tier 2", 66, 7.0, costs=[0.15],
                report=said(team=3, industry="legal", needs=("salesforce",))),
        CallRow("trial_7", NOON + timedelta(hours=6), "Ana Vidal", None, "Tier 2", 35, 7.2, costs=[0.10], report=said(team=2)),
    ]  # fmt: skip
