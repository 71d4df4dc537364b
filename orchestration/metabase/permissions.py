"""Who may open which collection and ask which connection (www.metabase.com/docs/latest/permissions/introduction).

Permissions add up over groups, and everybody is in the group of all users, which Metabase gives a new connection and, below an open
root, a new collection. So that group loses both, and each role's group gets its own. Of other groups, connections and collections
nothing is written. What may be seen of the data is left to the connection's login: only paid editions can block 'View data'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.metabase.client import MetabaseClient
from orchestration.provision_step import ProvisionStep

_COLLECTIONS, _DATA = "/api/collection/graph", "/api/permissions/graph"
_EVERYBODY = ("all-internal-users", "all-users")
"""Values of ``magic_group_type`` of the group that everybody is in, of this release and of earlier ones."""
_NO_COLLECTION, _NO_QUERIES = "none", "no"
_OWN_COLLECTION = "read"
_OWN_DATA = {"view-data": "unrestricted", "create-queries": "query-builder-and-native"}


@dataclass(frozen=True)
class RoleIds:
    """Metabase's numbers of what a role has."""

    title: str
    group: int
    collection: int
    database: int


def all_users(groups: list[dict[str, Any]]) -> int:
    """Return the number of the group that everybody is in."""
    return next(
        group["id"] for group in groups if group.get("magic_group_type") in _EVERYBODY or group["name"] == "All Users"
    )  # fmt: skip


def permission_steps(client: MetabaseClient, roles: list[RoleIds], everybody: int) -> Iterator[ProvisionStep]:
    """Yield what differs; the graphs have a revision, so a change by somebody else meanwhile is refused, not written over."""
    groups = {role.group: role for role in roles}
    wanted_collections = {
        group: {role.collection: _OWN_COLLECTION if groups.get(group) is role else _NO_COLLECTION for role in roles}
        for group in (everybody, *groups)
    }
    yield from _collection_steps(client, wanted_collections)
    wanted_data: dict[int, dict[int, Mapping[str, str]]] = {
        group: {role.database: _OWN_DATA if groups.get(group) is role else {"create-queries": _NO_QUERIES} for role in roles}
        for group in (everybody, *groups)
    }
    yield from _data_steps(client, wanted_data)


def _collection_steps(client: MetabaseClient, wanted: Mapping[int, Mapping[int, str]]) -> Iterator[ProvisionStep]:
    graph = client.get(_COLLECTIONS)
    there = graph["groups"]
    differing = {
        str(group): {str(number): value for number, value in collections.items() if _of(there, group, number, "none") != value}
        for group, collections in wanted.items()
    }
    changed = {group: collections for group, collections in differing.items() if collections}
    if changed:
        body = {"revision": graph["revision"], "groups": changed}
        yield ProvisionStep("permissions of collections", _words(changed), lambda: client.put(_COLLECTIONS, body))


def _data_steps(client: MetabaseClient, wanted: Mapping[int, Mapping[int, Mapping[str, str]]]) -> Iterator[ProvisionStep]:
    graph = client.get(_DATA)
    there = graph["groups"]
    changed: dict[str, dict[str, Any]] = {}
    for group, databases in wanted.items():
        for number, rights in databases.items():
            found = _of(there, group, number, {})
            if any(
                found.get(name, "no" if name == "create-queries" else "unrestricted") != value for name, value in rights.items()
            ):
                kept = found.get("view-data", "unrestricted")
                changed.setdefault(str(group), {})[str(number)] = {"view-data": kept, **rights}
    if changed:
        body = {"revision": graph["revision"], "groups": changed}
        yield ProvisionStep("permissions of connections", _words(changed), lambda: client.put(_DATA, body))


def _of(groups: Mapping[str, Any], group: int, number: int, absent: Any) -> Any:
    return (groups.get(str(group)) or {}).get(str(number), absent)


def _words(changed: Mapping[str, Any]) -> str:
    return f"set them for {len(changed)} groups"
