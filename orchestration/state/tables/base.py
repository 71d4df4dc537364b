"""Define what all tables share: the metadata they belong to, and the types of their columns.

Times are naive UTC in the database (SQLite has no other kind) and aware everywhere else.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Dialect, MetaData, String, Text
from sqlalchemy.types import TypeDecorator

from contract.platform.times import aware, naive_utc

METADATA = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """Convert aware UTC times to naive ones in the database and back; a naive time coming in raises ``ValueError``."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without an offset cannot be stored; attach one where it is made")
        return naive_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return aware(value)


class _PostgresText(TypeDecorator[str]):
    """Text that PostgreSQL compares byte by byte, as SQLite does, so that order and prefixes are the same in both.

    It cannot hold the character 0, which SQLite can: an id of a caller that has one loses it.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value.replace("\x00", "") if value is not None and "\x00" in value else value


STRING = String().with_variant(_PostgresText(collation="C"), "postgresql")
TEXT = Text().with_variant(_PostgresText(collation="C"), "postgresql")
