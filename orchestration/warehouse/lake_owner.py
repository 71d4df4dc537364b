"""Keep one writer for each lake: the id of its state database is stored in the lake once, and every writer compares it.

Two homes on one store have overwritten each other's parts, because both counted their batches from 1.
"""

from __future__ import annotations

from pathlib import Path

from contract.document.keys import LAKE
from contract.platform.atomic_file import replace_file
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.state.counters import raise_counter
from orchestration.state.database import StateDatabase
from orchestration.state.identity import adopt_state_id, state_id
from orchestration.warehouse.lake_parts import highest_sequence

OWNER = f"{LAKE}/owner"


def claim_lake(settings: Settings, store: Store, state: StateDatabase) -> None:
    """Make this home the owner of a lake that has none; a home that lost or restored its database is recognised by its note.

    Raises ``ConfigurationFailure`` when another home writes this lake.
    """
    with state.writing() as connection:
        own = state_id(connection)
    owner = _owner(store, own)
    note = settings.home / "lake_owner"
    noted = _text(note)
    if owner != own:
        if noted != owner:
            raise ConfigurationFailure(
                f"The lake of {settings.store_uri} belongs to another home (owner {owner}; this one is {own}).",
                f"Give this home a VOICE_STORE of its own. If the other home is gone for good, remove {OWNER} from the store.",
            )
        with state.writing() as connection:
            adopt_state_id(connection, owner)
    if noted != owner:
        replace_file(note, owner)


def continue_sequence(store: Store, state: StateDatabase) -> None:
    """Raise the analysis sequence to the lake's highest, so that a restored database's new analyses win against older ones."""
    highest = highest_sequence(store)
    with state.writing() as connection:
        raise_counter(connection, "analysis", highest)


def _owner(store: Store, own: str) -> str:
    try:
        return store.get(OWNER).decode()
    except KeyError:
        store.put_if_absent(OWNER, own.encode())
        return store.get(OWNER).decode()


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8").strip() if path.exists() else None
