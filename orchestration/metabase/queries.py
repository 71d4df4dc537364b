"""A question's query in the forms that Metabase takes and gives, and what of it counts when two are compared.

``POST /api/card`` takes the older form (``native`` with ``template-tags`` by name), and so does ``GET`` with ``legacy-mbql=true``
(docs/developers-guide/api-changelog, 0.57.0); the representation format has the newer one, in which tags are a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.metabase.layout import filter_id, filters
from orchestration.metabase.sql import DATE, NativeSql

DATED_COLUMN = "business_day"
_LABELS = {each["slug"]: each["name"] for each in filters()}


@dataclass(frozen=True)
class TemplateTag:
    """A ``{{name}}`` of a query. ``is_date`` makes it a field filter, else it is a text."""

    name: str
    is_date: bool

    def written(self, dimension: Any) -> dict[str, Any]:
        """Return the tag; ``dimension`` is the field clause of the date's column."""
        common = {"id": filter_id(self.name), "name": self.name, "display-name": _LABELS[self.name]}
        if self.is_date:
            return {**common, "type": "dimension", "dimension": dimension, "widget-type": "date/all-options"}
        return {**common, "type": "text"}


def tags_of(sql: NativeSql) -> Iterator[TemplateTag]:
    if sql.dated:
        yield TemplateTag(DATE, is_date=True)
    yield from (TemplateTag(name, is_date=False) for name in sql.variables)


def legacy_query(sql: NativeSql, database: int, field: int | None) -> dict[str, Any]:
    """Return the query by Metabase's own numbers of the database and of the date's column."""
    tags = {tag.name: tag.written(["field", field, None]) for tag in tags_of(sql)}
    return {"database": database, "type": "native", "native": {"query": sql.text, "template-tags": tags}}


def portable_query(sql: NativeSql, database: str, schema: str) -> dict[str, Any]:
    """Return the query by names, in the form of the representation format."""
    field = ["field", {}, [database, schema, sql.dated, DATED_COLUMN]]
    tags = [tag.written(field) for tag in tags_of(sql)]
    stage = {"lib/type": "mbql.stage/native", "native": sql.text, "template-tags": tags}
    return {"lib/type": "mbql/query", "database": database, "stages": [stage]}


def comparable_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the database, the text and the tags of a query in either form, as far as they say what it does."""
    native = query["native"] if query.get("type") == "native" else (query.get("stages") or [{}])[0]
    text = native.get("query") if "query" in native else native.get("native")
    tags = native.get("template-tags") or {}
    listed = tags.values() if isinstance(tags, dict) else tags
    return {"database": query.get("database"), "text": text, "tags": {tag["name"]: _comparable_tag(tag) for tag in listed}}


def _comparable_tag(tag: Mapping[str, Any]) -> dict[str, Any]:
    field = next((part for part in tag.get("dimension") or () if isinstance(part, int)), None)
    return {**{name: tag.get(name) for name in ("type", "display-name", "widget-type", "default")}, "field": field}
