"""Locate and hash the dbt project, and parse the manifest that Dagster's definitions are made from."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contract.platform.atomic_file import replace_file
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT
from orchestration.warehouse.environment import environment, placeholder_environment
from orchestration.warehouse.variables import dbt_variables

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PROJECT = PROJECT_ROOT / "dbt_project"
_MADE_BY_DBT = ("target", "logs", "dbt_packages")
_parsed: dict[str, bytes] = {}


def project_hash() -> str:
    """Return a hash of the project's files, its variables and dbt's version; it identifies a parse and a build."""
    digest = sha256(f"{version('dbt-core')} {_variables()}".encode())
    for path in sorted(PROJECT.rglob("*")):
        inside = path.relative_to(PROJECT)
        if path.is_file() and inside.parts[0] not in _MADE_BY_DBT:
            digest.update(f"{inside.as_posix()}\0".encode() + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def prepare_manifest() -> Mapping[str, Any]:
    """Return the project's manifest, parsed again only when its files have changed; kept in ``dbt_project/target``.

    Raises ``ConfigurationFailure`` when the project cannot be parsed.
    """
    kept, current = PROJECT / "target" / "manifest.json", project_hash()
    found = _read(kept)
    if found is None or found.get("voice_project") != current:
        found = {**json.loads(_parse_apart()), "voice_project": current}
        replace_file(kept, json.dumps(found).encode())
    return found


def parsed_manifest() -> Manifest:
    """Return the manifest as dbt's own object; a copy, because dbt modifies the one it runs.

    Parsing takes seconds, so its result is stored beside ``manifest.json`` for later processes.
    """
    current = project_hash()
    if current not in _parsed:
        _parsed[current] = _kept(current) or _parse_and_keep(current)
    return _manifest().from_msgpack(_parsed[current])


def _kept(current: str) -> bytes | None:
    try:
        return _packed_path(current).read_bytes()
    except FileNotFoundError:
        return None


def _parse_and_keep(current: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        packed = _parse(Path(folder))
    _keep(current, packed)
    return packed


def _keep(current: str, packed: bytes) -> None:
    for older in (PROJECT / "target").glob("manifest.*.msgpack"):
        older.unlink(missing_ok=True)
    replace_file(_packed_path(current), packed)


def _packed_path(current: str) -> Path:
    """Return a path named after the project's hash and folder, because a parsed project contains absolute paths."""
    state = sha256(f"{current} {PROJECT}".encode()).hexdigest()
    return PROJECT / "target" / f"manifest.{state}.msgpack"


def dbt_arguments(target: Path) -> list[str]:
    """Return dbt's arguments: quiet, no log files, the variables of ``data/``; everything dbt writes goes into ``target``."""
    return [
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target), "--log-path", str(target)),
        *("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-send-anonymous-usage-stats"),
        *("--vars", _variables()),
    ]


def _variables() -> str:
    return json.dumps(dbt_variables(), sort_keys=True)


def _parse_apart() -> bytes:
    """Parse in a temporary folder, so that processes that share the checkout do not interfere."""
    with tempfile.TemporaryDirectory() as folder:
        current = project_hash()
        _parsed[current] = _parse(Path(folder))
        _keep(current, _parsed[current])
        return (Path(folder) / "manifest.json").read_bytes()


def _parse(target: Path) -> bytes:
    from dbt.cli.main import dbtRunner

    with environment(placeholder_environment(target)):
        parsed = dbtRunner().invoke(["parse", *dbt_arguments(target), "--no-partial-parse"])
    if not parsed.success or not isinstance(parsed.result, _manifest()):
        raise ConfigurationFailure(
            f"The dbt project cannot be parsed: {parsed.exception}.",
            "Correct the file it names, or restore it from the repository.",
        )
    return parsed.result.to_msgpack()


def _manifest() -> type[Manifest]:
    from dbt.contracts.graph.manifest import Manifest

    return Manifest


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
