"""The published JSON schemas are those of the reports, and hold everything that section 3 of the specification lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzers import schemas as published
from analyzers.report_names import REPORT_NAMES
from tests.analyzers.specified_fields import SPECIFIED

SCHEMAS = published.schemas()
CHECKS = [(report, bullet, path) for report, bullets in SPECIFIED.items() for bullet, paths in bullets.items() for path in paths]


def variants(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema and all it may be: references followed, alternatives opened."""
    if "$ref" in schema:
        yield from variants(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
        return
    yield schema
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from variants(branch, root)


def step(schema: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found = {"[]": schema.get("items"), "*": schema.get("additionalProperties")}.get(name, schema.get("properties", {}).get(name))
    return found if isinstance(found, Mapping) else None


def has(root: Mapping[str, Any], path: str) -> bool:
    """Whether one of the variants at every step leads on."""
    standing = list(variants(root, root))
    for name in re.findall(r"\[\]|[^.\[\]]+", path):
        onward = [target for schema in standing if (target := step(schema, name)) is not None]
        standing = [variant for target in onward for variant in variants(target, root)]
    return bool(standing)


@pytest.mark.parametrize("name", REPORT_NAMES)
def test_the_file_of_each_report_is_the_generated_schema(name: str) -> None:
    text = (published.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert text == published.written(SCHEMAS[name]), f"Run 'python -m analyzers.schemas' to write data/schemas/{name}.json again."


def test_there_is_a_file_for_each_report_and_no_other() -> None:
    assert {path.stem for path in published.FOLDER.glob("*")} == set(REPORT_NAMES) == set(SPECIFIED)


@pytest.mark.parametrize(("report", "bullet", "path"), CHECKS, ids=[f"{report}: {path}" for report, _, path in CHECKS])
def test_everything_the_specification_lists_has_its_place(report: str, bullet: str, path: str) -> None:
    assert has(SCHEMAS[report], path), f"{bullet}: {report}.{path} is not in the schema."


@pytest.mark.parametrize("path", ["lead_score.nothing", "key_factors.points", "components[]", "total.value"])
def test_a_path_that_is_not_there_is_not_found(path: str) -> None:
    assert not has(SCHEMAS["lead_score"], path)


def test_schemas_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    published.write(tmp_path / "schemas")
    assert {p.stem for p in (tmp_path / "schemas").iterdir()} == set(REPORT_NAMES)
