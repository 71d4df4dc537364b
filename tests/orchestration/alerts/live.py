"""A home whose clock a test sets, on which the schedule of alert rules ticks, and what alert rules see of the outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import dagster as dg
from dagster._core.definitions.schedule_definition import ScheduleExecutionData
from sqlalchemy import select

from contract.document.session import SessionDocument
from contract.platform.settings import Settings, VendorSettings
from contract.reference import Reference
from orchestration.alerts.recent import recent_call
from orchestration.defs.alerting import alert_schedule
from orchestration.resources import Platform
from orchestration.state.recent_calls import WatchedCall, record_analysed_calls
from orchestration.state.tables import ALERTS
from tests.support.documents import session


class ClockedPlatform(Platform):
    """A platform whose time is ``moment``."""

    def __init__(self, settings: Settings, moment: datetime, vendors: Iterable[VendorSettings] = ()) -> None:
        super().__init__(settings, vendors=vendors)
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Live:
    """Ticks of the schedule on one home; ``checks`` are the asset checks it watches."""

    def __init__(
        self,
        platform: ClockedPlatform,
        instance: dg.DagsterInstance,
        checks: Iterable[dg.AssetCheckKey] = (),
        worker: Endpoint | None = None,
    ) -> None:
        self.platform, self.instance = platform, instance
        self.worker = worker or Endpoint("")
        self.schedule = alert_schedule(platform, list(checks))

    def tick(self, moment: datetime) -> str:
        """Evaluate at this moment, as the daemon does, and return what the tick says."""
        self.platform.moment = moment
        data = evaluated(self.schedule, self.instance, moment)
        assert not data.run_requests
        return data.skip_message or ""

    def ticks(self, start: datetime, minutes: int, step: int = 5) -> None:
        for minute in range(0, minutes + 1, step):
            self.tick(start + timedelta(minutes=minute))

    def alerts(self, rule: str | None = None) -> list[Mapping[str, Any]]:
        """Return the alerts that channels may get, oldest first."""
        query = select(ALERTS).where(ALERTS.c.suppressed.is_(None)).order_by(ALERTS.c.triggered_at, ALERTS.c.id)
        with self.platform.state.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings() if rule in (None, row["alert_name"])]

    def enter(self, calls: Iterable[WatchedCall]) -> None:
        with self.platform.state.writing() as connection:
            record_analysed_calls(connection, list(calls), [], self.platform.now())


def evaluated(schedule: dg.ScheduleDefinition, instance: dg.DagsterInstance, moment: datetime) -> ScheduleExecutionData:
    """Return what a schedule says when the daemon evaluates it at this moment."""
    with dg.build_schedule_context(instance=instance, scheduled_execution_time=moment) as context:
        context._instance = instance  # pyright: ignore[reportPrivateUsage] - opening it again takes ten times as long as a tick
        return schedule.evaluate_tick(context)


def clocked(home: Path, moment: datetime, *vendors: VendorSettings, **settings: Any) -> ClockedPlatform:
    return ClockedPlatform(Settings(home=home, workers=1, **settings), moment, vendors)  # pyright: ignore[reportCallIssue]


def known_call(name: str, ended: datetime, annotated_by: Any = None, **fields: Any) -> WatchedCall:
    """Return the row that the analysis of a real document makes, which became known 20 s after the call."""
    document = SessionDocument.model_validate(session(name, ended - timedelta(minutes=4), **fields))
    made = recent_call(document.model_copy(update={"end_time": ended}), {}, Reference(), annotated_by)
    return replace(made, known_at=ended + timedelta(seconds=20))


class Endpoint:
    """An HTTP address that answers with ``status``; ``requests`` are the paths that were asked for."""

    def __init__(self, url: str) -> None:
        self.url, self.status = url, 200
        self.requests: list[str] = []


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Serve on loopback in a thread: a worker's health check, or an address that is pinged."""
    made: list[Endpoint] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made[0].requests.append(self.path)
            self.send_response(made[0].status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.append(Endpoint(f"http://127.0.0.1:{server.server_port}/"))
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield made[0]
    finally:
        server.shutdown()
        server.server_close()
