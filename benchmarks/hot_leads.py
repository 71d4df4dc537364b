"""Measure the time from a stored call to its hot lead in Slack, with the daemon running (spec 7.4: at once).

Slack is an incoming webhook of this process, which notes when a message comes. The call is a golden one with a hot lead, delivered
again and again under a session id, a time and a caller of its own, each when the last was told.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, NamedTuple

import orjson

from analyzers.command import analyze_batch
from analyzers.language.engines import engine_named
from benchmarks.commands import arrive
from benchmarks.measurement import Measurement, Part, percentile
from benchmarks.processes import daemon
from contract.document.delivery import deliver
from contract.platform.settings import Settings
from contract.platform.store import Store
from contract.reference import Reference
from evaluation.calls import calls_in
from evaluation.evaluation import LATER
from evaluation.parts import GOLDEN_SCRIPTS

RULE = "Hot Lead Detected"
"""Name of the rule, which its message gives; a call has one hot lead, and messages of other rules."""
CALLS = 20
"""Calls that are measured; the 95th percentile is then the slowest but one."""
WANTED_SECONDS = 10.0
"""Bound of the 95th percentile from the analysis on; it is held against the whole way from the store."""
_BUILDS_FIRST = 3
"""Calls before the measured ones: the first build makes the warehouse, the second the script of those after it."""
_LONGEST_WAIT_SECONDS = 120.0
"""Seconds after which a hot lead counts as lost and the benchmark fails."""


class WebhookPost(NamedTuple):
    """Holds a message: when it came (``time.monotonic``), and its JSON."""

    moment: float
    text: str


def measure(folder: Path) -> list[Measurement]:
    lead = _hot_lead()
    settings = Settings(home=folder / "hot_leads", store="", now=None)
    store = Store(settings.store_uri)
    with _webhook() as (url, told), daemon(settings, VOICE_SLACK_SALES_WEBHOOK=url):
        for seed in range(_BUILDS_FIRST):
            arrive(store, seed)
        time.sleep(_LONGEST_WAIT_SECONDS / 4)
        delays = [_delay(store, lead, number, told) for number in range(CALLS)]
    on = f"one golden call, {CALLS} callers one after the other, dagster-daemon running, local store, webhook on loopback"
    return [
        Measurement("hot leads", "stored to message in Slack, median", percentile(delays, 0.5), "s", on),
        Measurement(
            "hot leads", "stored to message in Slack, 95th percentile", percentile(delays, 0.95), "s", on, wanted=WANTED_SECONDS
        ),
    ]


def _hot_lead() -> Mapping[str, Any]:
    """Return a golden call in which the analysis finds a hot lead who may be called, moved to today.

    The day decides: 'by Friday' is another time on another day.
    """
    reference = Reference()
    engine = engine_named("embedded", reference)
    for call in calls_in(GOLDEN_SCRIPTS):
        document = _ended_now(call.document)
        (analysed,) = analyze_batch([(call.gold.session_id, orjson.dumps(document))], engine, reference, LATER)
        reports = analysed["reports"]
        if reports["lead_score"]["temperature"] == "hot" and not reports["sales_intelligence"]["contact_wishes"]:
            return document
    raise RuntimeError("No golden call has a hot lead today.")


def _delay(store: Store, call: Mapping[str, Any], number: int, told: Queue[WebhookPost]) -> float:
    """Return the seconds from the stored document to the message that says it is a hot lead."""
    now = datetime.now(UTC)
    own = {"session_id": f"hot_lead_{number:03d}_{now:%H%M%S}", "user_email": f"lead-{number}@hot-leads.example"}
    document = _ended_now(call) | own
    began = time.monotonic()
    deliver(store, orjson.dumps(document), now=now)
    while True:
        try:
            message = told.get(timeout=_LONGEST_WAIT_SECONDS)
        except Empty:
            raise RuntimeError(f"A hot lead was not told within {_LONGEST_WAIT_SECONDS:.0f} s.") from None
        if RULE in message.text:
            return message.moment - began


def _ended_now(call: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with all its times moved, so that the call ended a second ago."""
    return _later(call, datetime.now(UTC) - timedelta(seconds=1) - datetime.fromisoformat(call["end_time"]))


def _later(value: Any, by: timedelta) -> Any:
    """Return a document with every time in it moved."""
    if isinstance(value, dict):
        return {key: _later(one, by) for key, one in value.items()}
    if isinstance(value, list):
        return [_later(one, by) for one in value]
    if isinstance(value, str) and value[:2] == "20" and "T" in value:
        try:
            return (datetime.fromisoformat(value) + by).isoformat()
        except ValueError:
            return value
    return value


@contextmanager
def _webhook() -> Generator[tuple[str, Queue[WebhookPost]]]:
    """Yield an incoming webhook of Slack on loopback, and the messages it gets."""
    told = Queue[WebhookPost]()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.put(WebhookPost(time.monotonic(), body))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", told
    finally:
        server.shutdown()
        server.server_close()


HOT_LEADS = Part("hot leads", "How soon is a hot lead in Slack?", measure)
