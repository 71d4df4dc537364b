"""A role's dashboard in Metabase (www.metabase.com/docs/latest/api#tag/apidashboard), known by its number or its name.

``PUT /api/dashboard/:id`` takes all tabs and placed questions at once: a negative id makes one, and what is left out goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from orchestration.metabase.client import Json, MetabaseClient
from orchestration.metabase.layout import PlacedCard, filters
from orchestration.metabase.roles import MetabaseRole
from orchestration.metabase.things import WantedThing, same_settings
from orchestration.metabase.written import WrittenThing

_PLAIN = ("name", "description", "collection_id", "width")
_DESCRIPTION = "Made by 'voice provision metabase' from dashboards/*.yml. Days are those of the business time zone."
_PLACE = ("card_id", "row", "col", "size_x", "size_y")


def dashboard_key(role: str) -> str:
    return f"dashboard/{role}"


@dataclass
class WantedDashboard(WantedThing):
    """``card_ids`` are Metabase's numbers by the key of a question; one that is not there yet is missing."""

    role: MetabaseRole
    collection: int | None
    places: Sequence[PlacedCard]
    card_ids: Mapping[str, int]

    def __post_init__(self) -> None:
        self.key = dashboard_key(self.role.name)
        self.title = f"dashboard {self.role.title}"

    @property
    def tabs(self) -> list[str]:
        return list(dict.fromkeys(place.tab for place in self.places))

    def find(self, client: MetabaseClient, written: WrittenThing | None) -> Json | None:
        if self.collection is None:
            return None
        by_number = client.find(f"/api/dashboard/{written.id}") if written else None
        if by_number is not None:
            return by_number
        items = client.get(f"/api/collection/{self.collection}/items", {"models": "dashboard"})["data"]
        number = next((item["id"] for item in items if item["name"] == self.role.title), None)
        return None if number is None else client.find(f"/api/dashboard/{number}")

    def differences(self, found: Json) -> Sequence[str]:
        wanted = self._plain()
        differing = [name.removesuffix("_id") for name in _PLAIN if found.get(name) != wanted[name]]
        if not _same_filters(found.get("parameters") or []):
            differing.append("filters")
        if [tab["name"] for tab in _tabs(found)] != self.tabs:
            differing.append("tabs")
        if not self._same_places(found):
            differing.append("places of questions")
        if found.get("archived"):
            differing.append("archived")
        return differing

    def create(self, client: MetabaseClient) -> Json:
        made = client.post(
            "/api/dashboard", {"name": self.role.title, "description": _DESCRIPTION, "collection_id": self.collection}
        )
        return self.change(client, client.get(f"/api/dashboard/{made['id']}"))

    def change(self, client: MetabaseClient, found: Json) -> Json:
        known = {tab["name"]: tab["id"] for tab in _tabs(found)}
        new = count(-1, -1)
        tabs = [{"id": known.get(name) or next(new), "name": name} for name in self.tabs]
        places = {dashcard["card_id"]: dashcard["id"] for dashcard in found.get("dashcards") or []}
        by_name = {tab["name"]: tab["id"] for tab in tabs}
        dashcards = [
            {"id": places.get(place["card_id"]) or next(new), "dashboard_tab_id": by_name[tab], **place}
            for tab, place in self._places()
        ]
        body = {**self._plain(), "archived": False, "parameters": filters(), "tabs": tabs, "dashcards": dashcards}
        client.put(f"/api/dashboard/{found['id']}", body)
        return client.get(f"/api/dashboard/{found['id']}")

    def content(self, found: Json) -> Any:
        names = {tab["id"]: tab["name"] for tab in _tabs(found)}
        dashcards = [
            {"tab": names.get(dashcard.get("dashboard_tab_id")), **_place(dashcard)} for dashcard in found.get("dashcards") or []
        ]
        return {
            **{name: found.get(name) for name in (*_PLAIN, "archived", "parameters")},
            "tabs": list(names.values()),
            "dashcards": sorted(dashcards, key=repr),
        }

    def is_blank(self, found: Json) -> bool:
        return not (found.get("dashcards") or found.get("tabs") or found.get("parameters") or found.get("archived"))

    def version(self, found: Json) -> str:
        parts = [found, *_tabs(found), *(found.get("dashcards") or [])]
        return " ".join(f"{part['id']}@{part.get('updated_at')}" for part in parts)

    def _plain(self) -> Json:
        return {"name": self.role.title, "description": _DESCRIPTION, "collection_id": self.collection, "width": "full"}

    def _places(self) -> list[tuple[str, Json]]:
        """Return each question's place with the name of its tab; questions that are not there yet have none."""
        return [(place.tab, self._placed(place)) for place in self.places if place.card.key in self.card_ids]

    def _placed(self, place: PlacedCard) -> Json:
        card = self.card_ids[place.card.key]
        mapped = [{"parameter_id": name, "card_id": card, "target": target} for name, target in place.mappings]
        return {
            "card_id": card, "row": place.row, "col": place.column, "size_x": place.width, "size_y": place.height,
            "parameter_mappings": mapped, "visualization_settings": {}, "series": [],
        }  # fmt: skip

    def _same_places(self, found: Json) -> bool:
        names = {tab["id"]: tab["name"] for tab in _tabs(found)}
        there = [(names.get(card.get("dashboard_tab_id")), _comparable_place(card)) for card in found.get("dashcards") or []]
        wanted = [(tab, _comparable_place(place)) for tab, place in self._places()]
        return sorted(there, key=repr) == sorted(wanted, key=repr)


def _tabs(found: Json) -> list[Json]:
    return sorted(found.get("tabs") or [], key=lambda tab: tab.get("position", 0))


def _same_filters(found: Sequence[Json]) -> bool:
    wanted = filters()
    return len(found) == len(wanted) and all(map(same_settings, wanted, found))


def _place(dashcard: Json) -> Json:
    named = (*_PLACE, "parameter_mappings", "visualization_settings")
    return {**{name: dashcard.get(name) for name in named}, "series": [series["id"] for series in dashcard.get("series") or []]}


def _comparable_place(dashcard: Json) -> Json:
    """Return where a question stands, and which filters it takes; what Metabase adds to either is left out."""
    mapped = [(mapping["parameter_id"], repr(mapping["target"][:2])) for mapping in dashcard.get("parameter_mappings") or []]
    return {**{name: dashcard.get(name) for name in _PLACE}, "mapped": sorted(mapped)}
