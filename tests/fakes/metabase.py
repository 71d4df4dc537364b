"""Metabase's REST API on loopback, as far as ``voice provision metabase`` uses it.

Rules are those of these pages, named where each is enforced:
[keys] www.metabase.com/docs/latest/people-and-groups/api-keys
[api] www.metabase.com/docs/latest/api (the OpenAPI page; bodies of cards and dashboards take no other fields than those listed)
[changes] github.com/metabase/metabase docs/developers-guide/api-changelog.md
[data] www.metabase.com/docs/latest/permissions/data
[collections] www.metabase.com/docs/latest/permissions/collections
[ids] the representation format's specification, Entity Keys

``people_change`` is what somebody does in the browser. ``faults`` befall the next writes, in order: ``down`` (refused with 503),
``lost`` (done, and the answer dropped) or ``ok``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
ALL_USERS, ADMINISTRATORS = 1, 2
MASKED = "**MetabasePass**"
_NANOID = re.compile(r"[A-Za-z0-9_-]{21}")
_TAG = re.compile(r"\{\{(\w+)\}\}")
_CARD_FIELDS = {
    "name", "type", "dataset_query", "entity_id", "parameters", "parameter_mappings", "description", "display",
    "visualization_settings", "collection_id", "collection_position", "result_metadata", "cache_ttl", "dashboard_id",
    "dashboard_tab_id", "size", "source_card_id",
}  # fmt: skip
_CARD_CHANGES = (_CARD_FIELDS - {"entity_id", "size", "source_card_id"}) | {
    "archived", "enable_embedding", "embedding_type", "embedding_params", "collection_preview",
}  # fmt: skip
_NEW_DASHBOARD_FIELDS = {"name", "parameters", "description", "cache_ttl", "collection_id", "collection_position"}
_DASHCARD_FIELDS = {
    "id", "size_x", "size_y", "row", "col", "card_id", "action_id", "dashboard_tab_id", "parameter_mappings",
    "visualization_settings", "inline_parameters", "series",
}  # fmt: skip


class Refused(Exception):
    def __init__(self, status: int, *fields: str) -> None:
        super().__init__(status)
        self.status = status
        self.fields = fields


class Metabase:
    """``key`` is that of an administrator, ``plain_key`` one of a group without rights. Tables are read at the third look."""

    key, plain_key = "mb_administrator", "mb_plain"

    def __init__(self, tables: Mapping[str, tuple[str, ...]]) -> None:
        self.lock = Lock()
        self.tables = tables
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.now = datetime(2026, 11, 26, 12, tzinfo=UTC)
        self.numbers = 100
        self.databases: dict[int, Json] = {}
        self.fields: dict[int, tuple[int, str, str]] = {}
        self.looks: dict[int, int] = {}
        self.collections: dict[int, Json] = {7: {"id": 7, "name": "Marketing", "archived": False}}
        self.cards: dict[int, Json] = {}
        self.dashboards: dict[int, Json] = {}
        self.groups: list[Json] = [
            {"id": ALL_USERS, "name": "All Users", "magic_group_type": "all-internal-users"},
            {"id": ADMINISTRATORS, "name": "Administrators", "magic_group_type": "admin"},
        ]
        self.collection_graph: Json = {"revision": 3, "groups": {str(ALL_USERS): {"root": "write", "7": "write"}}}
        self.data_graph: Json = {"revision": 5, "groups": {str(ALL_USERS): {"1": {"view-data": "unrestricted"}}}}

    # what people do, and what tests look at

    def people_change(self, kind: str, name: str, /, **fields: Any) -> None:
        thing = self.named(kind, name)
        thing.update(fields, updated_at=self._tick())

    def named(self, kind: str, name: str) -> Json:
        things: Mapping[int, Json] = getattr(self, kind)
        [found] = [thing for thing in things.values() if thing["name"] == name]
        return found

    def snapshot(self) -> Json:
        """Return everything there is, without numbers and moments."""
        cards = {card["id"]: card["entity_id"] for card in self.cards.values()}
        dropped = ("id", "updated_at", "collection_id")
        return {
            "connections": sorted(database["name"] for database in self.databases.values()),
            "collections": sorted(collection["name"] for collection in self.collections.values()),
            "groups": sorted(group["name"] for group in self.groups),
            "cards": {
                card["entity_id"]: {name: value for name, value in card.items() if name not in (*dropped, "dataset_query")}
                for card in self.cards.values()
            },
            "dashboards": sorted(
                [
                    dashboard["name"],
                    [tab["name"] for tab in dashboard["tabs"]],
                    sorted((cards[card["card_id"]], card["row"], card["col"]) for card in dashboard["dashcards"]),
                ]
                for dashboard in self.dashboards.values()
            ),
        }

    # requests

    def answer(self, method: str, path: str, query: Mapping[str, str], key: str, body: Json) -> tuple[int, Any]:
        self.requests.append(f"{method} {path}")
        if key not in (self.key, self.plain_key):
            return 401, "Unauthenticated"  # [keys]
        for pattern, handlers in _ROUTES:
            if (found := re.fullmatch(pattern, path)) and method in handlers:
                if key != self.key and method != "GET":
                    return 403, "You don't have permissions to do that."  # [keys]: a key has the permissions of its group
                try:
                    return 200, deepcopy(handlers[method](self, *found.groups(), query=query, body=body))
                except Refused as refused:
                    return refused.status, {"errors": dict.fromkeys(refused.fields, "invalid")}
        return 404, "API endpoint does not exist."

    def list_databases(self, **_: Any) -> Json:
        return {"data": [self._shown(database) for database in self.databases.values()], "total": len(self.databases)}

    def get_database(self, number: str, **_: Any) -> Json:
        return self._shown(_of(self.databases, number))

    def create_database(self, body: Json, **_: Any) -> Json:
        _need(body, "name", "engine", "details")
        database = {"id": self._number(), **body}
        self.databases[database["id"]] = database
        # [data]: everybody may ask a new connection until that is taken away
        rights = {"view-data": "unrestricted", "create-queries": "query-builder-and-native"}
        self.data_graph["groups"].setdefault(str(ALL_USERS), {})[str(database["id"])] = rights
        return self._shown(database)

    def change_database(self, number: str, body: Json, **_: Any) -> Json:
        database = _of(self.databases, number)
        database.update({name: value for name, value in body.items() if value is not None})
        return self._shown(database)

    def sync_schema(self, number: str, **_: Any) -> Json:
        self.looks[_of(self.databases, number)["id"]] = 0
        return {"status": "ok"}

    def metadata(self, number: str, **_: Any) -> Json:
        """[api]: sync_schema is asynchronous, so the first looks find no table."""
        database = _of(self.databases, number)
        own = database["id"]
        self.looks[own] = self.looks.get(own, 0) + 1
        if self.looks[own] < 3:  # looks
            return {**self._shown(database), "tables": []}
        if not any(found[0] == own for found in self.fields.values()):
            for table, columns in self.tables.items():
                self.fields.update({self._number(): (own, table, column) for column in columns})
        tables = [
            {
                "name": table,
                "schema": "main",
                "fields": [
                    {"id": number, "name": column}
                    for number, (of, in_table, column) in self.fields.items()
                    if of == own and in_table == table
                ],
            }
            for table in self.tables
        ]
        return {**self._shown(database), "tables": tables}

    def list_collections(self, **_: Any) -> list[Json]:
        return [{"id": "root", "name": "Our analytics"}, *self.collections.values()]

    def create_collection(self, body: Json, **_: Any) -> Json:
        _need(body, "name")
        collection = {"id": self._number(), "archived": False, **body}
        self.collections[collection["id"]] = collection
        for rights in self.collection_graph["groups"].values():  # [collections]: a new one has the rights of its parent
            if rights.get("root") in ("read", "write"):
                rights[str(collection["id"])] = rights["root"]
        return collection

    def collection_items(self, number: str, query: Mapping[str, str], **_: Any) -> Json:
        _of(self.collections, number)
        things = {"dashboard": self.dashboards, "card": self.cards}[query["models"]]
        items = [
            {"id": thing["id"], "name": thing["name"], "model": query["models"]}
            for thing in things.values()
            if thing.get("collection_id") == int(number) and not thing.get("archived")
        ]
        return {"data": items, "total": len(items)}

    def create_card(self, body: Json, **_: Any) -> Json:
        _only(body, _CARD_FIELDS)
        _need(body, "name", "display", "dataset_query")
        if not isinstance(body.get("visualization_settings"), dict):
            raise Refused(400, "visualization_settings")
        if body.get("description") == "":
            raise Refused(400, "description")
        if "entity_id" in body and not _NANOID.fullmatch(body["entity_id"]):
            raise Refused(400, "entity_id")
        if any(card["entity_id"] == body.get("entity_id") for card in self.cards.values()):
            raise Refused(400, "entity_id")  # [ids]: unique for a kind of thing
        self._check_query(body["dataset_query"])
        if body.get("collection_id") is not None:
            _of(self.collections, body["collection_id"])
        card = {"id": self._number(), "archived": False, "description": None, **body, "updated_at": self._tick()}
        self.cards[card["id"]] = card
        return _newer_form(card)

    def get_card(self, number: str, query: Mapping[str, str], **_: Any) -> Json:
        if _NANOID.fullmatch(number):
            found = next((card for card in self.cards.values() if card["entity_id"] == number), None)
        else:
            found = self.cards.get(int(number))
        if found is None:
            raise Refused(404)
        return found if query.get("legacy-mbql") == "true" else _newer_form(found)  # [changes] 0.57.0

    def change_card(self, number: str, body: Json, **_: Any) -> Json:
        _only(body, _CARD_CHANGES)
        card = _of(self.cards, number)
        if "dataset_query" in body:
            self._check_query(body["dataset_query"])
        card.update(body, updated_at=self._tick())
        return _newer_form(card)

    def create_dashboard(self, body: Json, **_: Any) -> Json:
        _only(body, _NEW_DASHBOARD_FIELDS)
        _need(body, "name")
        empty: Json = {"parameters": [], "tabs": [], "dashcards": [], "width": "fixed", "archived": False, "description": None}
        dashboard = {"id": self._number(), **empty, **body, "updated_at": self._tick()}
        self.dashboards[dashboard["id"]] = dashboard
        return dashboard

    def get_dashboard(self, number: str, **_: Any) -> Json:
        return _of(self.dashboards, number)

    def change_dashboard(self, number: str, body: Json, **_: Any) -> Json:
        dashboard = _of(self.dashboards, number)
        if "dashcards" in body:
            self._place(dashboard, body.pop("dashcards"), body.pop("tabs", []))
        dashboard.update(body, updated_at=self._tick())
        return dashboard

    def list_groups(self, **_: Any) -> list[Json]:
        return self.groups

    def create_group(self, body: Json, **_: Any) -> Json:
        _need(body, "name")
        self.groups.append({"id": self._number(), "name": body["name"], "magic_group_type": None})
        return self.groups[-1]

    def get_collection_graph(self, **_: Any) -> Json:
        return self.collection_graph

    def change_collection_graph(self, body: Json, **_: Any) -> Json:
        self._revise(self.collection_graph, body)
        for group, rights in body["groups"].items():
            there = self.collection_graph["groups"].setdefault(group, {})
            for collection, right in rights.items():
                if right not in ("read", "write", "none"):
                    raise Refused(400, "groups")
                there[collection] = right
                if right == "none":  # [changes] 0.56.13: the graph no longer names collections without rights
                    del there[collection]
        return self.collection_graph

    def get_data_graph(self, **_: Any) -> Json:
        return self.data_graph

    def change_data_graph(self, body: Json, **_: Any) -> Json:
        if "sandboxes" in body:
            raise Refused(402)  # [api] PUT /api/permissions/graph: a paid feature
        self._revise(self.data_graph, body)
        for group, databases in body["groups"].items():
            for number, rights in databases.items():
                _of(self.databases, number)
                if rights.get("view-data", "unrestricted") != "unrestricted":
                    raise Refused(402)  # [data]: other values are of paid editions
                if rights.get("create-queries") not in ("query-builder-and-native", "query-builder", "no"):
                    raise Refused(400, "groups")  # [changes] 0.50.0
                self.data_graph["groups"].setdefault(group, {})[number] = rights
        return self.data_graph

    # rules

    def _place(self, dashboard: Json, dashcards: list[Json], tabs: list[Json]) -> None:
        """[api] PUT /api/dashboard/:id: negative ids are made, what is left out goes, and with tabs every card needs one."""
        if len({card["id"] for card in dashcards}) != len(dashcards):
            raise Refused(400, "dashcards")
        if tabs and any(card.get("dashboard_tab_id") is None for card in dashcards):
            raise Refused(400, "dashcards")
        there = {tab["id"]: tab for tab in dashboard["tabs"]}
        made: dict[int, int] = {}
        for position, tab in enumerate(tabs):
            _only(tab, {"id", "name", "position"})
            made[tab["id"]] = tab["id"] if tab["id"] in there else self._number()
            tab.update(id=made[tab["id"]], position=position, updated_at=self._tick())
        places = {card["id"] for card in dashboard["dashcards"]}
        for card in dashcards:
            _only(card, _DASHCARD_FIELDS)
            if card["size_x"] < 1 or card["size_y"] < 1 or card["row"] < 0 or card["col"] < 0 or card["col"] + card["size_x"] > 24:
                raise Refused(400, "dashcards")
            if card.get("card_id") is not None:
                _of(self.cards, card["card_id"])
            if card["id"] not in places:
                card["id"] = self._number()
            card.update(dashboard_tab_id=made.get(card.get("dashboard_tab_id", 0)), updated_at=self._tick())
        dashboard.update(tabs=tabs, dashcards=dashcards)

    def _check_query(self, query: Json) -> None:
        """Every variable has a tag and the reverse, and a field filter names a column of the query's own connection."""
        _of(self.databases, query["database"])
        native = query["native"]
        tags = native["template-tags"]
        if set(_TAG.findall(native["query"])) != set(tags) or any(name != tag["name"] for name, tag in tags.items()):
            raise Refused(400, "dataset_query")
        for tag in tags.values():
            if tag["type"] == "dimension":
                field = self.fields.get(tag["dimension"][1])
                if field is None or field[0] != query["database"] or "widget-type" not in tag:
                    raise Refused(400, "dataset_query")

    @staticmethod
    def _revise(graph: Json, body: Json) -> None:
        if body.get("revision") != graph["revision"]:
            raise Refused(409)  # [api] PUT /api/permissions/graph: somebody else was quicker
        graph["revision"] += 1

    @staticmethod
    def _shown(database: Json) -> Json:
        return {**database, "details": {**database["details"], "password": MASKED}}

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def _tick(self) -> str:
        self.now += timedelta(seconds=1)
        return self.now.isoformat()


def _newer_form(card: Json) -> Json:
    """[changes] 0.57.0: queries are given back in the newer form."""
    native = card["dataset_query"]["native"]
    stage = {"lib/type": "mbql.stage/native", "native": native["query"], "template-tags": list(native["template-tags"].values())}
    query = {"lib/type": "mbql/query", "database": card["dataset_query"]["database"], "stages": [stage]}
    return {**card, "dataset_query": query}


def _of(things: Mapping[int, Json], number: str | int) -> Json:
    if int(number) not in things:
        raise Refused(404)
    return things[int(number)]


def _need(body: Json, *fields: str) -> None:
    missing = [field for field in fields if not body.get(field)]
    if missing:
        raise Refused(400, *missing)


def _only(body: Json, fields: set[str]) -> None:
    if unknown := set(body) - fields:
        raise Refused(400, *sorted(unknown))


Handler = Callable[..., Any]
_ROUTES: tuple[tuple[str, Mapping[str, Handler]], ...] = (
    (r"/api/database", {"GET": Metabase.list_databases, "POST": Metabase.create_database}),
    (r"/api/database/(\d+)", {"GET": Metabase.get_database, "PUT": Metabase.change_database}),
    (r"/api/database/(\d+)/sync_schema", {"POST": Metabase.sync_schema}),
    (r"/api/database/(\d+)/metadata", {"GET": Metabase.metadata}),
    (r"/api/collection", {"GET": Metabase.list_collections, "POST": Metabase.create_collection}),
    (r"/api/collection/graph", {"GET": Metabase.get_collection_graph, "PUT": Metabase.change_collection_graph}),
    (r"/api/collection/(\d+)/items", {"GET": Metabase.collection_items}),
    (r"/api/card", {"POST": Metabase.create_card}),
    (r"/api/card/([\w-]+)", {"GET": Metabase.get_card, "PUT": Metabase.change_card}),
    (r"/api/dashboard", {"POST": Metabase.create_dashboard}),
    (r"/api/dashboard/(\d+)", {"GET": Metabase.get_dashboard, "PUT": Metabase.change_dashboard}),
    (r"/api/permissions/group", {"GET": Metabase.list_groups, "POST": Metabase.create_group}),
    (r"/api/permissions/graph", {"GET": Metabase.get_data_graph, "PUT": Metabase.change_data_graph}),
)


@contextmanager
def serving(metabase: Metabase) -> Iterator[str]:
    """Serve it on loopback; yields its address."""

    class Server(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer is one packet: of two, the second would wait for the first to be confirmed

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            with metabase.lock:
                fault = metabase.faults.pop(0) if self.command != "GET" and metabase.faults else "ok"
                if fault == "down":
                    self._send(503, "")
                    return
                status, answer = metabase.answer(self.command, parts.path, query, self.headers.get("X-API-Key", ""), body)
            if fault == "lost":
                self.close_connection = True
                return
            self._send(status, answer)

        do_GET = do_POST = do_PUT = _do

        def _send(self, status: int, answer: Any) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
