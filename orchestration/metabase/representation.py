"""Write the same as files in Metabase's representation format, which a paid Metabase imports (github.com/metabase/representations).

Things are known by names and ``entity_id`` there: connections by their name, columns by connection, schema, table and name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from contract.platform.settings import Settings
from contract.reference import Reference
from orchestration.metabase.cards import CardDefinition, CardLinks, card_definitions
from orchestration.metabase.identifiers import entity_id
from orchestration.metabase.layout import PlacedCard, filters, placed
from orchestration.metabase.queries import portable_query
from orchestration.metabase.roles import METABASE_ROLES, MetabaseRole
from orchestration.postgres.tables import SCHEMA

_CREATOR = "internal@metabase.com"
"""Metabase's own user, whom every instance has."""

Document = dict[str, Any]


def write_representation(settings: Settings, links: CardLinks, folder: Path) -> int:
    """Write collections, questions and dashboards of all roles below ``folder``, and return the number of files."""
    reference, written = Reference(), 0
    for role in METABASE_ROLES:
        cards = card_definitions(role, reference, settings.business_tz, links)
        for path, document in _documents(role, cards):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(
                yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000), encoding="utf-8"
            )
            written += 1
    return written


def _documents(role: MetabaseRole, cards: Sequence[CardDefinition]) -> Iterator[tuple[Path, Document]]:
    main, slug = Path("collections", "main"), _slug(role.title)
    collection = entity_id("collection", role.name)
    named = {"name": role.title, "entity_id": collection, "slug": slug, "description": "Made by 'voice provision metabase'."}
    yield main / f"{slug}.yaml", {**named, "parent_id": None, **_meta(collection, slug, "Collection")}
    for card in cards:
        yield main / slug / f"{_slug(card.name)}.yaml", _question(card, collection)
    yield main / slug / f"dashboard_{slug}.yaml", _dashboard(role, placed(cards), collection)


def _question(card: CardDefinition, collection: str) -> Document:
    return {
        "name": card.name,
        "entity_id": card.entity_id,
        "description": card.description or None,
        "display": card.display.kind,
        "creator_id": _CREATOR,
        "type": "question",
        "collection_id": collection,
        "dataset_query": portable_query(card.sql, card.role.title, SCHEMA),
        "visualization_settings": dict(card.display.settings),
        "parameters": [],
        "parameter_mappings": [],
        **_meta(card.entity_id, _slug(card.name), "Card"),
    }


def _dashboard(role: MetabaseRole, places: Sequence[PlacedCard], collection: str) -> Document:
    own = entity_id("dashboard", role.name)
    tabs = {tab: entity_id("tab", role.name, tab) for tab in dict.fromkeys(place.tab for place in places)}
    return {
        "name": role.title,
        "entity_id": own,
        "creator_id": _CREATOR,
        "collection_id": collection,
        "width": "full",
        "auto_apply_filters": True,
        "parameters": filters(),
        "tabs": [{"entity_id": number, "name": tab, "position": position} for position, (tab, number) in enumerate(tabs.items())],
        "dashcards": [_placed(place, own, tabs[place.tab]) for place in places],
        **_meta(own, _slug(role.title), "Dashboard"),
    }


def _placed(place: PlacedCard, dashboard: str, tab: str) -> Document:
    card = place.card.entity_id
    number = entity_id("dashcard", place.card.role.name, place.card.key)
    return {
        "entity_id": number,
        "card_id": card,
        "dashboard_tab_id": [dashboard, tab],
        "row": place.row,
        "col": place.column,
        "size_x": place.width,
        "size_y": place.height,
        "parameter_mappings": [{"card_id": card, "parameter_id": name, "target": target} for name, target in place.mappings],
        "series": [],
        "visualization_settings": {},
        "serdes/meta": [{"id": dashboard, "model": "Dashboard"}, {"id": number, "model": "DashboardCard"}],
    }


def _meta(number: str, slug: str, model: str) -> Document:
    return {"serdes/meta": [{"id": number, "label": slug, "model": model}]}


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name.lower(), flags=re.ASCII).strip("_")


class _Dumper(yaml.SafeDumper):
    """Writes SQL as a block, and everything that is used twice in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)
