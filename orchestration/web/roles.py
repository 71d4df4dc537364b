"""Decide in one place who has which role, and what a role may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from contract.platform.failures import ConfigurationFailure
from contract.platform.yaml_file import read_yaml


class Role(StrEnum):
    """In the order of what they may see; each may see what those before it may."""

    VIEWER = "viewer"
    SALES = "sales"
    ADMIN = "admin"


@dataclass(frozen=True)
class Rights:
    """What a role may see and do. ``words`` is whatever was said and texts made of it; ``identity`` e-mail, name and company;
    ``operations`` documents, reasons of deliveries, and who opened a call. ``acknowledges`` alerts; ``silences`` their rules, which
    takes them from everybody.
    """

    words: bool = False
    identity: bool = False
    operations: bool = False
    acknowledges: bool = False
    silences: bool = False


RIGHTS: Mapping[Role, Rights] = {
    Role.VIEWER: Rights(),
    Role.SALES: Rights(words=True, identity=True, acknowledges=True),
    Role.ADMIN: Rights(words=True, identity=True, operations=True, acknowledges=True, silences=True),
}


class RoleTable(BaseModel):
    """The file of ``VOICE_WEB_ROLES``: roles by e-mail address and by group of the identity provider."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    everybody: Role | None = None
    addresses: Mapping[str, Role] = {}
    groups: Mapping[str, Role] = {}

    def role_of(self, address: str, groups: Collection[str] = ()) -> Role | None:
        """Return the role that sees most of those the person has; None when there is none."""
        by_address = {name.lower(): role for name, role in self.addresses.items()}
        found = {self.everybody, by_address.get(address.lower()), *(self.groups.get(group) for group in groups)}
        return next((role for role in reversed(Role) if role in found), None)


def read_roles(path: Path) -> RoleTable:
    """Read the file; ``ConfigurationFailure`` when it is missing or malformed, without the addresses in it."""
    try:
        return RoleTable.model_validate(read_yaml(path))
    except OSError:
        raise ConfigurationFailure(f"The file of roles {path.name} cannot be read.", "Check VOICE_WEB_ROLES.") from None
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigurationFailure(
            f"The file of roles {path.name} is malformed ({type(error).__name__}).",
            "Write it like data/roles.yml: everybody, addresses and groups, with the roles viewer, sales and admin.",
        ) from None
