"""As much of SOQL as a client of this kind asks: SELECT, WHERE with AND, OR and IN, ORDER BY, LIMIT (SOQL and SOSL Reference)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]
_TOKEN = re.compile(r"\s*(?:('(?:[^'\\]|\\.)*')|(<=|>=|!=|=|<|>|\(|\)|,)|([^\s'(),=<>!]+))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class MalformedQuery(ValueError):
    """400 MALFORMED_QUERY."""


@dataclass(frozen=True)
class Query:
    fields: Sequence[str]
    sobject: str
    matches: Callable[[Record], bool]
    order: Sequence[tuple[str, bool]]
    limit: int | None
    names: frozenset[str]
    """Every field that is asked for or compared."""


def parse(text: str) -> Query:
    tokens = _tokens(text)
    parser = _Parser(tokens)
    parser.word("SELECT")
    fields = parser.names()
    parser.word("FROM")
    sobject = parser.take()
    matches: Callable[[Record], bool] = lambda record: True  # noqa: E731
    if parser.accept("WHERE"):
        matches = parser.disjunction()
    order: list[tuple[str, bool]] = []
    if parser.accept("ORDER"):
        parser.word("BY")
        while True:
            name = parser.take()
            order.append((name, bool(parser.accept("DESC"))))
            parser.accept("ASC")
            if not parser.accept(","):
                break
    limit = int(parser.take()) if parser.accept("LIMIT") else None
    if parser.left:
        raise MalformedQuery(f"unexpected token: {parser.left[0]}")
    return Query(fields, sobject, matches, order, limit, frozenset({*fields, *parser.compared, *(name for name, _ in order)}))


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise MalformedQuery(f"unexpected character at {at}")
        found.append(next(group for group in match.groups() if group is not None))
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens
        self.compared: set[str] = set()

    def take(self) -> str:
        if not self.left:
            raise MalformedQuery("unexpected end of query")
        return self.left.pop(0)

    def accept(self, word: str) -> bool:
        if self.left and self.left[0].upper() == word:
            self.left.pop(0)
            return True
        return False

    def word(self, word: str) -> None:
        if not self.accept(word):
            raise MalformedQuery(f"expecting {word}")

    def names(self) -> list[str]:
        found = [self.take()]
        while self.accept(","):
            found.append(self.take())
        return found

    def disjunction(self) -> Callable[[Record], bool]:
        parts = [self.conjunction()]
        while self.accept("OR"):
            parts.append(self.conjunction())
        return lambda record: any(part(record) for part in parts)

    def conjunction(self) -> Callable[[Record], bool]:
        parts = [self.comparison()]
        while self.accept("AND"):
            parts.append(self.comparison())
        return lambda record: all(part(record) for part in parts)

    def comparison(self) -> Callable[[Record], bool]:
        if self.accept("("):
            inside = self.disjunction()
            self.word(")")
            return inside
        name = self.take()
        self.compared.add(name)
        negated = self.accept("NOT")
        if self.accept("IN"):
            self.word("(")
            values = {_key(_value(token)) for token in self.names()}
            self.word(")")
            return lambda record: (_key(_get(record, name)) in values) != negated
        operator, value = self.take(), _value(self.take())
        return lambda record: _compare(_get(record, name), operator, value)


def _value(token: str) -> Any:
    if token.startswith("'"):
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), token[1:-1])
    if token.lower() in ("null", "true", "false"):
        return {"null": None, "true": True, "false": False}[token.lower()]
    if re.fullmatch(r"\d{4}-\d\d-\d\dT.*", token):
        return token
    try:
        return float(token)
    except ValueError:
        raise MalformedQuery(f"unexpected token: {token}") from None


def _get(record: Record, name: str) -> Any:
    for part in name.split("."):
        record = record.get(part) if record else None  # type: ignore[assignment]
    return record


def _key(value: Any) -> Any:
    """Texts are compared without regard to case."""
    return value.lower() if isinstance(value, str) else value


def _compare(found: Any, operator: str, value: Any) -> bool:
    if operator == "=":
        return _key(found) == _key(value)
    if operator == "!=":
        return _key(found) != _key(value)
    if found is None:
        return False
    left, right = (_moment(found), _moment(value)) if isinstance(value, str) else (float(found), value)
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]


def _moment(text: str) -> str:
    return re.sub(r"(\.\d+)?(Z|\+0000|\+00:00)$", "", text)
