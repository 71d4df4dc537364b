"""A question in Metabase (www.metabase.com/docs/latest/api#tag/apicard), identified by its ``entity_id``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.metabase.cards import CardDefinition
from orchestration.metabase.client import Json, MetabaseClient
from orchestration.metabase.queries import comparable_query, legacy_query
from orchestration.metabase.things import WantedThing, same_settings
from orchestration.metabase.written import WrittenThing

_OLDER_FORM = {"legacy-mbql": "true"}
_PLAIN = ("name", "description", "display", "collection_id")


def question_key(role: str, key: str) -> str:
    return f"card/{role}/{key}"


@dataclass
class WantedQuestion(WantedThing):
    """``collection`` and ``database`` are Metabase's numbers; ``field`` is that of the date's column, None without a date."""

    card: CardDefinition
    collection: int | None
    database: int | None
    field: int | None

    def __post_init__(self) -> None:
        self.key = question_key(self.card.role.name, self.card.key)
        self.title = f"question {self.card.name} ({self.card.role.name})"

    @property
    def body(self) -> Json:
        return {
            "name": self.card.name,
            "description": self.card.description or None,
            "display": self.card.display.kind,
            "collection_id": self.collection,
            "visualization_settings": dict(self.card.display.settings),
            "dataset_query": legacy_query(self.card.sql, self.database or 0, self.field),
        }

    def find(self, client: MetabaseClient, written: WrittenThing | None) -> Json | None:
        return client.find(f"/api/card/{self.card.entity_id}", _OLDER_FORM)

    def differences(self, found: Json) -> Sequence[str]:
        wanted = self.body
        differing = [name.removesuffix("_id") for name in _PLAIN if found.get(name) != wanted[name]]
        if comparable_query(found["dataset_query"]) != comparable_query(wanted["dataset_query"]):
            differing.append("query")
        if not same_settings(wanted["visualization_settings"], found.get("visualization_settings")):
            differing.append("display settings")
        if found.get("archived"):
            differing.append("archived")
        return differing

    def create(self, client: MetabaseClient) -> Json:
        made = client.post("/api/card", {**self.body, "type": "question", "entity_id": self.card.entity_id})
        return client.get(f"/api/card/{made['id']}", _OLDER_FORM)

    def change(self, client: MetabaseClient, found: Json) -> Json:
        client.put(f"/api/card/{found['id']}", {**self.body, "archived": False})
        return client.get(f"/api/card/{found['id']}", _OLDER_FORM)

    def content(self, found: Json) -> Any:
        return {
            **{name: found.get(name) for name in (*_PLAIN, "visualization_settings", "archived")},
            "query": comparable_query(found["dataset_query"]),
        }
