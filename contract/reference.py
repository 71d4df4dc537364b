"""Read reference data (``data/*.yml``): prices, weights, lists and thresholds, each once into a typed table."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import ClassVar, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT
from contract.platform.yaml_file import read_yaml


class ReferenceTable(BaseModel):
    """Hold one file of ``data/``; a subclass names it in ``file`` and declares its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: ClassVar[str]


Table = TypeVar("Table", bound=ReferenceTable)


class Reference:
    """Cache the tables of one folder. A missing or malformed file raises ``ConfigurationFailure``, which names it."""

    def __init__(self, folder: Path = PROJECT_ROOT / "data") -> None:
        self.folder = folder

    def table(self, model: type[Table]) -> Table:
        if model not in self._tables:
            self._tables[model] = _read(model, self.folder / model.file)
        return cast(Table, self._tables[model])

    @cached_property
    def _tables(self) -> dict[type[ReferenceTable], ReferenceTable]:
        return {}


def _read(model: type[Table], path: Path) -> Table:
    try:
        return model.model_validate(read_yaml(path))
    except FileNotFoundError as error:
        raise ConfigurationFailure(f"{path.name} is missing from {path.parent}.", "Restore it from the repository.") from error
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigurationFailure(f"{path.name} cannot be read: {error}.", "Correct the named entries.") from error
