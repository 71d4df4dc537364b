"""Write ``docs/settings.md`` and ``.env.example`` from the settings classes: every variable read from the environment.

``make settings-page`` writes both; a test compares them. A new settings class becomes one line of ``GROUPS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AwareDatetime, HttpUrl, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from agent.settings import AgentSettings
from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.alerts.settings import AlertSettings
from orchestration.destinations.registry import VENDORS
from orchestration.mail.settings import MailSettings
from orchestration.metabase.settings import MetabaseSettings
from orchestration.web.settings import WebSettings

PAGE = PROJECT_ROOT / "docs" / "settings.md"
EXAMPLE = PROJECT_ROOT / ".env.example"


@dataclass(frozen=True)
class Group:
    """The fields of one settings class whose names begin with ``prefix`` and belong to no earlier group of that class."""

    title: str
    settings: type[BaseSettings]
    prefix: str = ""


GROUPS: Sequence[Group] = (
    Group("The openai engine", Settings, "openai_"),
    *(Group(vendor.title, vendor.settings) for vendor in VENDORS),
    Group("E-mail", MailSettings),
    Group("Metabase", MetabaseSettings),
    Group("Alerts", AlertSettings),
    Group("All destinations", Settings, "destination_"),
    Group("Platform", Settings),
    Group("Web service", WebSettings),
    Group("Voice agent", AgentSettings),
)
"""In the order in which fields are assigned; pages begin with the platform's own."""

_TYPES: Mapping[Any, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "`true` or `false`",
    Path: "path",
    SecretStr: "secret",
    HttpUrl: "URL",
    AwareDatetime: "ISO 8601 time with offset",
    date: "ISO 8601 date",
}
_BOUNDS: Mapping[str, str] = {"ge": "at least", "gt": "over", "le": "at most", "lt": "under"}
_PAGE_HEAD = """\
# Settings

Written by `make settings-page` from the settings classes; a test compares. Settings are environment variables. All have a default
that works on one machine, so nothing has to be set to begin. A wrong setting is reported when a command starts, by the name
of its variable and never by its value. [`.env.example`](../.env.example) holds the same as a file to copy.

Libraries read variables of their own: LiveKit `LIVEKIT_URL`, `LIVEKIT_API_KEY` and `LIVEKIT_API_SECRET`; the plugins their vendors'
keys (`DEEPGRAM_API_KEY`, `ELEVEN_API_KEY`, `OPENAI_API_KEY`); the OpenAI SDK `OPENAI_BASE_URL`, `OPENAI_ORG_ID` and
`OPENAI_PROJECT_ID`; an S3 store and the SQS queue the usual `AWS_*`.
"""
_EXAMPLE_HEAD = """\
# Written by `make settings-page`; docs/settings.md explains each variable. Copy this file to .env, remove the # from what you set,
# and load it into the shell: set -a; . ./.env; set +a. Values are the defaults; secrets are empty and belong in no repository.
"""


@dataclass(frozen=True)
class Variable:
    """One environment variable; ``default`` is as it would be written there, empty for secrets and for unset ones."""

    name: str
    kind: str
    default: str
    description: str

    def row(self) -> str:
        return f"| `{self.name}` | {self.kind} | {self.default and f'`{self.default}`'} | {self.description.replace('|', '/')} |"

    def example(self) -> str:
        return f"# {self.description}\n#{self.name}={self.default}\n"


def variables(groups: Sequence[Group] = GROUPS) -> dict[str, list[Variable]]:
    """Return the variables of each group by its title: the general groups first, then the others in their order."""
    taken: set[tuple[type[BaseSettings], str]] = set()
    found: dict[str, list[Variable]] = {}
    for group in groups:
        names = [n for n in group.settings.model_fields if n.startswith(group.prefix) and (group.settings, n) not in taken]
        taken.update((group.settings, name) for name in names)
        found[group.title] = [_variable(group.settings, name) for name in names]
    return {
        group.title: found[group.title]
        for group in sorted(groups, key=lambda group: (group.settings is not Settings, bool(group.prefix)))
    }


def page(groups: Sequence[Group] = GROUPS) -> str:
    """Return the Markdown page: one table a group."""
    return _PAGE_HEAD + "".join(f"\n## {title}\n\n{_table(group)}\n" for title, group in variables(groups).items())


def example(groups: Sequence[Group] = GROUPS) -> str:
    """Return the example file: every variable is commented out, since an empty one is not the same as one that is unset."""
    sections = (f"\n# --- {title} ---\n\n" + "\n".join(v.example() for v in group) for title, group in variables(groups).items())
    return _EXAMPLE_HEAD + "".join(sections)


def _table(group: Iterable[Variable]) -> str:
    return "\n".join(["| variable | type | default | means |", "|---|---|---|---|", *(variable.row() for variable in group)])


def _variable(settings: type[BaseSettings], name: str) -> Variable:
    field = settings.model_fields[name]
    prefix = settings.model_config.get("env_prefix", "")
    alias = field.validation_alias
    variable = alias if isinstance(alias, str) else f"{prefix}{name}".upper()
    return Variable(variable, _kind(field), _default(field), field.description or "")


def _kind(field: FieldInfo) -> str:
    bounds = [f"{word} {getattr(m, name)}" for m in field.metadata for name, word in _BOUNDS.items() if hasattr(m, name)]
    return ", ".join([_type_name(field.annotation), *bounds])


def _type_name(annotation: Any) -> str:
    """Name a type for readers; a type missing in ``_TYPES`` raises ``KeyError``, so that a new type gets a name."""
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(annotation))
    options = [option for option in get_args(annotation) if option is not NoneType]
    if options and get_origin(annotation) is not Annotated:
        return " or ".join(_type_name(option) for option in options)
    return _TYPES[annotation]


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is None or isinstance(value, SecretStr):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path) and value.is_relative_to(PROJECT_ROOT):
        return value.relative_to(PROJECT_ROOT).as_posix()
    return str(value)


def write() -> None:
    """Write both files."""
    PAGE.write_text(page(), encoding="utf-8")
    EXAMPLE.write_text(example(), encoding="utf-8")


if __name__ == "__main__":
    write()
