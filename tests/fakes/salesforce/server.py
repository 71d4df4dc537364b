"""Salesforce's REST API on loopback: OAuth, describe, query, collections, Bulk 2.0 and limits (REST API Developer Guide).

``faults`` befall the next requests, in order: ``down`` drops the connection, ``lost`` does the work and drops the answer, ``slow``
answers late, ``locked``, a status, ``limit`` (REQUEST_LIMIT_EXCEEDED), or a pair of a status and a Retry-After.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.salesforce.bulk_jobs import Jobs
from tests.fakes.salesforce.org import Org, RowError
from tests.fakes.salesforce.page import org_page
from tests.fakes.salesforce.soql import MalformedQuery, Query, parse

Fault = str | int | tuple[int, str]
PAGE_ROWS = 2000
COLLECTION = 200
LONGEST_ADDRESS = 16_384
LEFT_OUT = {"token", "limits"}


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str = "refused", body: Any = None) -> None:
        super().__init__(message)
        self.status, self.body = status, body or [{"errorCode": code, "message": message}]


class Api:
    """What the server answers; ``requests`` counts them by object and kind, the sign-in left out."""

    def __init__(self, org: Org, slow_seconds: float = 5.0) -> None:
        self.org, self.jobs, self.slow_seconds = org, Jobs(org), slow_seconds
        self.faults: list[Fault] = []
        self.tokens: set[str] = set()
        self.requests: Counter[str] = Counter()
        self.grants: list[str] = []
        self.url = ""
        self._pages: dict[str, list[dict[str, Any]]] = {}

    def expire_sessions(self) -> None:
        """Every token is refused from now on: 401 INVALID_SESSION_ID."""
        self.tokens.clear()

    def token(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """OAuth 2.0 flows of the Salesforce help: JWT bearer, client credentials, user name and password."""
        grant = form.get("grant_type", [""])[0]
        self.grants.append(grant)
        if form.get("password") == ["wrong"] or form.get("client_secret") == ["wrong"]:
            raise Refused(400, "invalid_grant", body={"error": "invalid_grant", "error_description": "authentication failure"})
        token = f"00D-{len(self.grants)}"
        self.tokens.add(token)
        user = f"{self.url}/id/00D000000000001AAA/{self.org.integration_user_id}"
        return {"access_token": token, "instance_url": self.url, "id": user, "token_type": "Bearer"}

    def data(self, method: str, path: str, query: dict[str, list[str]], body: bytes, *, allow_save: bool = False) -> Any:
        """Everything under ``/services/data/vNN.0/``; text for CSV, None for no content."""
        parts = [part for part in path.split("/") if part]
        match method, parts:
            case "GET", ["query" | "queryAll" as kind]:
                return self._query(query["q"][0], deleted=kind == "queryAll")
            case "GET", ["query", cursor]:
                return self._page(self._pages.pop(cursor))
            case "GET", ["limits"]:
                used = sum(self.requests.values())
                return {"DailyApiRequests": {"Max": 15_000, "Remaining": 15_000 - used}}
            case "GET", ["sobjects", sobject, "describe"]:
                self._count(sobject, "describe")
                return self._describe(sobject)
            case (("POST" | "PATCH"), ["composite", "sobjects", *rest]):
                return self._collection(method, json.loads(body), rest, allow_save)
            case _, ["jobs", "ingest", *rest]:
                return self._job(method, rest, body)
            case _:
                raise Refused(404, "NOT_FOUND", f"no such resource: {method} {path}")

    def _count(self, sobject: str, kind: str) -> None:
        self.requests[f"{sobject} {kind}"] += 1

    def _query(self, soql: str, *, deleted: bool) -> dict[str, Any]:
        try:
            query = parse(soql)
        except MalformedQuery as error:
            raise Refused(400, "MALFORMED_QUERY", str(error)) from None
        self._count(query.sobject, "query")
        if query.sobject not in self.org.records:
            raise Refused(400, "INVALID_TYPE", f"sObject type '{query.sobject}' is not supported")
        unknown = [n for n in query.names if "." not in n and n not in self.org.fields[query.sobject]]
        if unknown:
            raise Refused(400, "INVALID_FIELD", f"No such column '{unknown[0]}'")
        rows = self._joined(query, [r for r in self.org.records[query.sobject].values() if deleted or not r["IsDeleted"]])
        found = [row for row in rows if query.matches(row)]
        for name, descending in reversed(query.order):
            found.sort(key=lambda row: str(row.get(name) or ""), reverse=descending)
        chosen = found[: query.limit] if query.limit is not None else found
        return self._page([_selected(row, query.fields) for row in chosen])

    def _joined(self, query: Query, records: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """With the records that lookups point to, one step far, where the query names any."""
        if not any("." in name for name in query.names):
            return records
        parents = {"Account": "AccountId", "Owner": "OwnerId", "Contact": "ContactId", "Opportunity": "OpportunityId"}
        everything = {key: value for records in self.org.records.values() for key, value in records.items()}
        return [
            {**record, **{name: everything.get(record[field]) for name, field in parents.items() if record.get(field)}}
            for record in records
        ]

    def _page(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """2,000 rows and the address of the next page."""
        answer: dict[str, Any] = {"totalSize": len(rows), "done": len(rows) <= PAGE_ROWS, "records": rows[:PAGE_ROWS]}
        if not answer["done"]:
            cursor = f"01g{len(self._pages):015d}-{PAGE_ROWS}"
            self._pages[cursor] = rows[PAGE_ROWS:]
            answer["nextRecordsUrl"] = f"/services/data/v62.0/query/{cursor}"
        return answer

    def _describe(self, sobject: str) -> dict[str, Any]:
        def shape(name: str, spec: Any) -> dict[str, Any]:
            values = [{"value": value, "active": True} for value in spec.get("values", ())]
            sizes = {key: spec[key] for key in ("length", "precision", "scale") if key in spec}
            return {"name": name, "type": spec["type"], "picklistValues": values, "updateable": spec["type"] != "Formula", **sizes}

        return {"name": sobject, "fields": [shape(name, spec) for name, spec in self.org.fields[sobject].items()]}

    def _collection(self, method: str, body: dict[str, Any], rest: list[str], allow_save: bool) -> list[dict[str, Any]]:
        """Up to 200 rows; HTTP 200 whatever becomes of them (sObject Collections)."""
        records: list[dict[str, Any]] = body["records"]
        if len(records) > COLLECTION:
            raise Refused(400, "EXCEEDED_ID_LIMIT", f"record limit reached: {len(records)}")
        sobject = rest[0] if rest else records[0]["attributes"]["type"]
        self._count(sobject, {"POST": "create", "PATCH": "upsert" if rest else "update"}[method])
        return [self._row(method, sobject, rest[1] if rest else None, record, allow_save) for record in records]

    def _row(self, method: str, sobject: str, external_id: str | None, record: dict[str, Any], allow_save: bool) -> dict[str, Any]:
        values = {name: value for name, value in record.items() if name != "attributes"}
        author = self.org.integration_user_id
        try:
            if external_id:
                record_id, created = self.org.upsert(sobject, external_id, values, author)
                return {"id": record_id, "success": True, "errors": [], "created": created}
            if method == "POST":
                return {"id": self.org.insert(sobject, values, author, allow_save=allow_save), "success": True, "errors": []}
            record_id = str(values.pop("Id"))
            self.org.update(sobject, record_id, values, author, allow_save=allow_save)
        except RowError as error:
            return {"success": False, "errors": [error.body()]}
        return {"id": record_id, "success": True, "errors": []}

    def _job(self, method: str, rest: list[str], body: bytes) -> Any:
        match method, rest:
            case "POST", []:
                request = json.loads(body)
                self._count(request["object"], "bulk")
                return self.jobs.create(request)
            case "PUT", [job_id, "batches"]:
                return self.jobs.upload(job_id, body)
            case "PATCH", [job_id]:
                return self.jobs.close(job_id)
            case "GET", [job_id]:
                return self.jobs.look(job_id)
            case "GET", [job_id, kind]:
                return self.jobs.results(job_id, kind)
            case _:
                raise Refused(404, "NOT_FOUND")


def _selected(row: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """The fields as the vendor answers: those of a lookup's record in an object of its own, null when there is no such record."""
    answer: dict[str, Any] = {}
    for name in fields:
        parent, _, rest = name.partition(".")
        if not rest:
            answer[name] = row.get(name)
        elif row.get(parent):
            answer[parent] = {**answer.get(parent, {}), **_selected(row[parent], [rest])}
        else:
            answer[parent] = None
    return answer


class _Handler(BaseHTTPRequestHandler):
    api: Api
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def _serve(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.api.faults.pop(0) if self.api.faults else None
        if fault == "slow":
            time.sleep(self.api.slow_seconds)
        if fault == "down":
            return self._drop()
        status, content, headers = self._answer(url.path, parse_qs(url.query), body, fault)
        if fault == "lost":
            return self._drop()
        data = content.encode() if isinstance(content, str) else b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        page = isinstance(content, str) and content.startswith("<!")
        kind = "text/html; charset=utf-8" if page else "text/csv" if isinstance(content, str) else "application/json"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _answer(self, path: str, query: dict[str, list[str]], body: bytes, fault: Fault | None) -> tuple[int, Any, dict[str, str]]:
        if isinstance(fault, tuple):
            return fault[0], [{"errorCode": "SERVER_UNAVAILABLE", "message": "busy"}], {"Retry-After": fault[1]}
        if isinstance(fault, int):
            return fault, [{"errorCode": "UNKNOWN_EXCEPTION", "message": "fault"}], {}
        if fault == "limit":
            return 403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}], {}
        if len(self.path) > LONGEST_ADDRESS:
            return 414, [{"errorCode": "URI_TOO_LONG", "message": "too long"}], {}
        with self.api.org.lock:
            try:
                content = self._routed(path, query, body)
                return 201 if self.command == "PUT" else 200, content, {"Sforce-Limit-Info": "api-usage=18/15000"}
            except Refused as refused:
                return refused.status, refused.body, {}

    def _routed(self, path: str, query: dict[str, list[str]], body: bytes) -> Any:
        if path == "/services/oauth2/token":
            return self.api.token(parse_qs(body.decode()))
        if path.startswith("/services/data/"):
            if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.api.tokens:
                raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
            allow_save = "allowSave=true" in self.headers.get("Sforce-Duplicate-Rule-Header", "")
            return self.api.data(self.command, unquote(path).split("/", 4)[4], query, body, allow_save=allow_save)
        return org_page(self.api.org, path.strip("/"))

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.close()


@contextmanager
def serve(api: Api, port: int = 0) -> Iterator[str]:
    """The address while the server runs in threads of this process."""
    handler: Callable[..., Any] = type("Handler", (_Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield api.url
    finally:
        server.shutdown()
        server.server_close()
