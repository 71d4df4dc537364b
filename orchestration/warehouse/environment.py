"""Set the environment variables that dbt's profile reads, only during a call: a process may build several homes in turn."""

from __future__ import annotations

import glob
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from contract.document.keys import LAKE
from contract.platform.settings import Settings
from orchestration.warehouse.extensions import install_extensions

_QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "0", "DO_NOT_TRACK": "1"}


def build_environment(settings: Settings) -> dict[str, str]:
    """Return the variables of these settings: warehouse, state, lake, extensions (installed when missing)."""
    lake = lake_root(settings.store_uri)
    remote = lake.startswith("s3://")
    state = _state(settings)
    scanner = f"{state['VOICE_STATE_TYPE']}_scanner"
    folder = install_extensions(settings, (scanner, "httpfs") if remote else (scanner,))
    return {
        **_QUIET,
        **(_endpoint() if remote else {}),
        "VOICE_WAREHOUSE_PATH": str(settings.warehouse_path.absolute()),
        **state,
        "VOICE_LAKE": lake,
        "VOICE_EXTENSIONS": str(folder.absolute()),
        "VOICE_BUSINESS_TZ": settings.business_tz,
        "VOICE_WAREHOUSE_MEMORY": settings.warehouse_memory,
    }


def placeholder_environment(folder: Path) -> dict[str, str]:
    """Return variables that suffice to parse the project. The manifest contains the file's name, so it is the real one."""
    names = ("VOICE_STATE_PATH", "VOICE_LAKE", "VOICE_EXTENSIONS")
    unused = dict.fromkeys(names, str(folder / "unused"))
    return {
        **_QUIET,
        **unused,
        "VOICE_STATE_TYPE": "sqlite",
        "VOICE_BUSINESS_TZ": "UTC",
        "VOICE_WAREHOUSE_MEMORY": "1GB",
        "VOICE_WAREHOUSE_PATH": str(folder / "warehouse.duckdb"),
    }


def lake_root(store_uri: str) -> str:
    """Return the lake's location for DuckDB: a folder (glob characters are escaped) or an ``s3://`` prefix."""
    if store_uri.startswith("file:"):
        return f"{glob.escape(unquote(urlsplit(store_uri).path)).rstrip('/')}/{LAKE}"
    return f"{store_uri.rstrip('/')}/{LAKE}"


@contextmanager
def environment(variables: Mapping[str, str]) -> Generator[None]:
    """Set ``variables`` for the block, then restore the previous values."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _state(settings: Settings) -> dict[str, str]:
    """Return what DuckDB attaches. What it attaches stands in its messages, so the password goes by PostgreSQL's own variable."""
    if isinstance(settings.state, Path):
        return {"VOICE_STATE_TYPE": "sqlite", "VOICE_STATE_PATH": str(settings.state.absolute())}
    from orchestration.postgres_server import parts_of

    parts = parts_of(settings.state.get_secret_value(), "state database", "VOICE_STATE_URL")
    password = parts.pop("password", None)
    own = {"PGPASSWORD": password} if password else {}
    return {**own, "VOICE_STATE_TYPE": "postgres", "VOICE_STATE_PATH": _dsn(parts)}


def _dsn(parts: Mapping[str, str]) -> str:
    """Return the parts as libpq reads them: ``name='value'``."""
    escaped = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in parts.items()}
    return " ".join(f"{name}='{value}'" for name, value in escaped.items())


def _endpoint() -> dict[str, str]:
    """Return the endpoint of an S3 that is not Amazon's: DuckDB takes host and scheme separately."""
    parts = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    secure = "false" if parts.scheme == "http" else "true"
    return {"DUCKDB_S3_ENDPOINT": parts.netloc, "DUCKDB_S3_USE_SSL": secure} if parts.netloc else {}
