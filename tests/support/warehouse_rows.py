"""A published warehouse written directly, in milliseconds: the tables and columns that destinations read."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from contract.platform.settings import Settings
from orchestration.warehouse.manifest import Manifest, replace_manifest

_SCHEMA = """
create table leads (lead_key varchar, email varchar, name varchar, company varchar, team_size integer, monthly_volume integer,
    integration_needs json, industry varchar, location varchar, current_tool varchar, pain_points json, decision_timeline varchar,
    budget_authority varchar, urgency varchar, qualification_tier varchar, lead_score integer, latest_session_id varchar,
    total_calls integer, analysed integer, booking_email varchar, booking_name varchar,
    do_not_call boolean, email_opt_out boolean);
create table sessions (session_id varchar, lead_key varchar, start_time timestamp, duration_seconds integer,
    engagement_score double, sentiment varchar, meeting_booked boolean, qualification_tier varchar, turn_count integer);
create table session_facts (session_id varchar, doc_sha varchar, analysis_seq bigint, region varchar);
create table analysis_results (session_id varchar, sales_intelligence json, lead_score_breakdown json, objections json,
    competitors json, executive_summary varchar, performance_analysis json,
    engine varchar);
create table analysis_reports (session_id varchar, report varchar, body json);
create table tool_calls (session_id varchar, position integer, success boolean, meeting_time timestamp);
create table turns (session_id varchar, position integer, role varchar, text varchar, started_at timestamp);
"""


@dataclass
class PlainCall:
    email: str | None
    start: datetime
    team: int
    revision: int = 1
    analysed: int = 1
    participant: str = ""
    booking_email: str | None = None

    @property
    def person(self) -> str:
        return self.email or self.participant


class WarehouseRows:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._version = 0
        self.calls: dict[str, PlainCall] = {}

    def call(self, session_id: str, email: str, start: datetime, team: int) -> None:
        self.calls[session_id] = PlainCall(email, start, team)
        self.publish()

    def call_without_address(
        self, session_id: str, participant: str, booking_email: str | None, start: datetime, team: int
    ) -> None:
        self.calls[session_id] = PlainCall(None, start, team, participant=participant, booking_email=booking_email)
        self.publish()

    def correct(self, session_id: str, team: int) -> None:
        call = self.calls[session_id]
        self.calls[session_id] = replace(call, team=team, revision=call.revision + 1, analysed=call.analysed + 1)
        self.publish()

    def analyse_again(self) -> None:
        for call in self.calls.values():
            call.analysed += 1
        self.publish()

    def team_of(self, email: str) -> int:
        """Of the caller's latest call."""
        return self._latest(email)[1].team

    def publish(self) -> None:
        self._version += 1
        folder = self._settings.published_dir
        folder.mkdir(parents=True, exist_ok=True)
        name = f"rows-{self._version}.duckdb"
        with duckdb.connect(str(folder / name)) as connection:
            connection.begin()
            connection.execute(_SCHEMA)
            for person in sorted({call.person for call in self.calls.values()}):
                self._insert_lead(connection, person)
            for session_id, call in self.calls.items():
                self._insert_call(connection, session_id, call)
            connection.commit()
        manifest = Manifest(version=self._version, root=str(folder), database=name, small_fingerprint=name, tables={})
        replace_manifest(folder, manifest)

    def _latest(self, person: str) -> tuple[str, PlainCall]:
        return max(((key, c) for key, c in self.calls.items() if c.person == person), key=lambda pair: (pair[1].start, pair[0]))

    def _insert_lead(self, connection: duckdb.DuckDBPyConnection, person: str) -> None:
        session_id, call = self._latest(person)
        of_person = [c for c in self.calls.values() if c.person == person]
        booking_email = next((c.booking_email for c in of_person if c.booking_email), None)
        row = [
            f"key of {person}",
            call.email,
            "Ana Bo" if call.email else None,
            "Firm",
            call.team,
            None,
            "[]",
            None,
            None,
            None,
            "[]",
            None,
            None,
            None,
        ]
        row += [_tier(call.team), 70, session_id, len(of_person), sum(c.analysed for c in of_person)]
        row += [booking_email, "Ana Bo" if booking_email else None, False, False]
        connection.execute(f"insert into leads values ({', '.join('?' * len(row))})", row)

    def _insert_call(self, connection: duckdb.DuckDBPyConnection, session_id: str, call: PlainCall) -> None:
        start = call.start.replace(tzinfo=None)
        session = [session_id, f"key of {call.person}", start, 60, 8.0, "positive", False, _tier(call.team), 1]
        connection.execute("insert into sessions values (?, ?, ?, ?, ?, ?, ?, ?, ?)", session)
        facts = [session_id, str(call.revision), call.analysed, None]
        connection.execute("insert into session_facts values (?, ?, ?, ?)", facts)
        sales = json.dumps({"team_size": {"value": call.team, "confidence": 1.0}}) if call.team is not None else "{}"
        results = [session_id, sales, "{}", "{}", "{}", f"A team of {call.team}.", "{}", "embedded"]
        connection.execute("insert into analysis_results values (?, ?, ?, ?, ?, ?, ?, ?)", results)
        connection.execute("insert into turns values (?, 0, 'user', 'Hello', ?)", [session_id, start])


def _tier(team: int) -> str:
    return "Tier 1" if team >= 5 else "Tier 2"
