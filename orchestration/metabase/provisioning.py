"""Plan what is missing or different in Metabase, and do it unless it is a dry run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from contract.reference import Reference
from orchestration.metabase.cards import CardDefinition, CardLinks, card_definitions
from orchestration.metabase.client import MetabaseClient
from orchestration.metabase.connections import RoleConnection, connection_of, connection_steps, database_id, dated_fields
from orchestration.metabase.dashboards import WantedDashboard
from orchestration.metabase.layout import placed
from orchestration.metabase.permissions import RoleIds, all_users, permission_steps
from orchestration.metabase.questions import WantedQuestion, question_key
from orchestration.metabase.roles import METABASE_ROLES, MetabaseRole
from orchestration.metabase.settings import MetabaseSettings
from orchestration.metabase.things import ThingWriter
from orchestration.metabase.written import WrittenThings
from orchestration.provision_step import ProvisionStep
from orchestration.warehouse.lock import exclusive

_FILE, _LOCK = "metabase.json", "metabase.lock"


@dataclass(frozen=True)
class MetabaseProvisioned:
    """What was changed, or would be, and ``kept``: what differs because somebody changed it in Metabase."""

    steps: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]


def provision_metabase(
    settings: Settings,
    own: MetabaseSettings,
    links: CardLinks,
    *,
    dry_run: bool,
    overwrite: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> MetabaseProvisioned:
    """Bring connections, collections, groups, questions, dashboards and permissions into the state that is wanted.

    Raises ``ConfigurationFailure`` without an address, a key or a connection; other failures leave what was done, and a repeated
    run goes on from there. Two runs at once take turns.
    """
    if own.missing:
        raise ConfigurationFailure("Metabase is not configured.", f"Set {own.missing}; docs/metabase.md tells how.")
    with exclusive(settings.home / _LOCK, "to Metabase", "Run the command again when the other one has ended.", sleep=sleep):
        client = MetabaseClient(own, sleep)
        try:
            writer = ThingWriter(client, WrittenThings(settings.home / _FILE), overwrite)
            done: list[tuple[str, str]] = []
            for step in _steps(settings, own, links, writer, wait=None if dry_run else sleep):
                if not dry_run:
                    step.apply()
                done.append((step.resource, step.change))
            return MetabaseProvisioned(tuple(done), tuple(writer.kept))
        finally:
            client.close()


Wait = Callable[[float], None] | None
"""How to wait until Metabase has read the tables; None in a dry run, which waits for nothing."""


def _steps(settings: Settings, own: MetabaseSettings, links: CardLinks, writer: ThingWriter, wait: Wait) -> Iterator[ProvisionStep]:
    client, reference, made = writer.client, Reference(), list[RoleIds]()
    roles = {role.name: role for role in METABASE_ROLES}
    for name, url in own.connections.items():
        role = roles[name]
        connection = connection_of(role, url.get_secret_value(), f"VOICE_METABASE_{name.upper()}_URL")
        yield from _containers(client, connection)
        cards = card_definitions(role, reference, settings.business_tz, links)
        yield from _content(writer, role, cards, wait)
        ids = _ids(client, role)
        if ids:
            made.append(ids)
    yield from permission_steps(client, made, all_users(client.get("/api/permissions/group")))


def _containers(client: MetabaseClient, connection: RoleConnection) -> Iterator[ProvisionStep]:
    title = connection.role.title
    yield from connection_steps(client, connection)
    if _collection(client, title) is None:
        body = {"name": title, "description": "Made by 'voice provision metabase'; see docs/metabase.md of the platform."}
        yield ProvisionStep(f"collection {title}", "create it", lambda: client.post("/api/collection", body))
    if _group(client, title) is None:
        yield ProvisionStep(f"group {title}", "create it", lambda: client.post("/api/permissions/group", {"name": title}))


def _content(writer: ThingWriter, role: MetabaseRole, cards: tuple[CardDefinition, ...], wait: Wait) -> Iterator[ProvisionStep]:
    client = writer.client
    collection, database = _collection(client, role.title), database_id(client, role)
    fields = _dated(client, database, cards, wait)
    card_ids: dict[str, int] = {}
    for card in cards:
        wanted = WantedQuestion(card, collection, database, fields.get(card.sql.dated or ""))
        yield from writer.steps(wanted)
        written = writer.written.of(wanted.key)
        if written:
            card_ids[card.key] = written.id
        elif found := client.find(f"/api/card/{card.entity_id}"):
            card_ids[card.key] = found["id"]
    yield from writer.steps(WantedDashboard(role, collection, placed(cards), card_ids))
    yield from _obsolete(writer, role, frozenset(question_key(role.name, card.key) for card in cards))


def _obsolete(writer: ThingWriter, role: MetabaseRole, wanted: frozenset[str]) -> Iterator[ProvisionStep]:
    """Archive questions whose widget is gone, which can be undone in Metabase."""
    for key, thing in writer.written.under(question_key(role.name, "")).items():
        if key not in wanted:
            yield ProvisionStep(f"question {key}", "archive it, since its widget is gone", partial(_archive, writer, key, thing.id))


def _archive(writer: ThingWriter, key: str, number: int) -> None:
    if writer.client.find(f"/api/card/{number}") is not None:
        writer.client.put(f"/api/card/{number}", {"archived": True})
    writer.written.remove(key)


def _dated(client: MetabaseClient, database: int | None, cards: tuple[CardDefinition, ...], wait: Wait) -> Mapping[str, int]:
    if database is None or wait is None:
        return {} if database is None else dated_fields(client, database, frozenset())
    return dated_fields(client, database, frozenset(card.sql.dated for card in cards if card.sql.dated), wait)


def _ids(client: MetabaseClient, role: MetabaseRole) -> RoleIds | None:
    collection, group, database = _collection(client, role.title), _group(client, role.title), database_id(client, role)
    if collection is None or group is None or database is None:
        return None
    return RoleIds(role.title, group, collection, database)


def _collection(client: MetabaseClient, name: str) -> int | None:
    found = (each for each in client.get("/api/collection") if each["name"] == name and not each.get("archived"))
    return next((each["id"] for each in found), None)


def _group(client: MetabaseClient, name: str) -> int | None:
    return next((each["id"] for each in client.get("/api/permissions/group") if each["name"] == name), None)
