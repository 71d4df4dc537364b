"""Install DuckDB's extensions from their wheels, once under ``$VOICE_HOME``; they load from there without any network."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings

_WHEELS = {
    "sqlite_scanner": "duckdb_extension_sqlite_scanner",
    "postgres_scanner": "duckdb_extension_postgres_scanner",
    "httpfs": "duckdb_extension_httpfs",
    "fts": "duckdb_extension_fts",
}


def extension_directory(settings: Settings) -> Path:
    return settings.home / "warehouse" / "extensions"


def install_extensions(settings: Settings, names: tuple[str, ...]) -> Path:
    """Install missing extensions and return the folder to use as DuckDB's ``extension_directory``.

    Raises ``ConfigurationFailure`` when a wheel is missing or made for another DuckDB.
    """
    folder = extension_directory(settings)
    missing = [name for name in names if not _installed(folder, name)]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
            for name in missing:
                _install(connection, name)
    return folder


def _installed(folder: Path, name: str) -> bool:
    return any(folder.glob(f"v{duckdb.__version__}/*/{name}.duckdb_extension"))


def _install(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    wheel = _WHEELS[name]
    try:
        binary = files(wheel) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        connection.install_extension(str(binary))
    except (ModuleNotFoundError, duckdb.Error) as error:
        raise ConfigurationFailure(
            f"DuckDB's extension {name} cannot be installed from {wheel} for DuckDB {duckdb.__version__} ({type(error).__name__}).",
            "Install the versions of requirements.lock.",
        ) from error
