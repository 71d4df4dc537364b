"""One document's bytes with everything that is asked of them, each answer worked out once."""

from __future__ import annotations

import gzip
from datetime import datetime
from functools import cached_property

import orjson

from contract.document.decompression import decompressed, is_gzip
from contract.document.identity import SessionIdentity, current_version, identity_of
from contract.document.parsing import Raw, parsed
from contract.reading import read_parsed
from contract.rejections import Rejected

_LEVEL = 6  # gzip's own default


class StoredDocument:
    """A document as it arrives or as it lies in the store. ``now`` is the moment against which its times are checked."""

    def __init__(self, body: bytes, now: datetime) -> None:
        self.body = body
        self._now = now

    @cached_property
    def upcast(self) -> Raw:
        """As version 1; ``Rejected`` when the bytes are no JSON object."""
        return current_version(self._text_and_raw[1])

    @cached_property
    def identity(self) -> SessionIdentity:
        """``Rejected`` when the document cannot be keyed."""
        return identity_of(self.upcast)

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, but for what is parsed of it: its bytes, or its text when that is longer."""
        return max(len(self.body), 0 if isinstance(self._parsed, Rejected) else len(self._parsed[0]))

    @property
    def turn(self) -> str:
        """The key, which documents of one call share and others do not; empty when it cannot be keyed."""
        try:
            return self.identity.key
        except Rejected:
            return ""

    @cached_property
    def content(self) -> bytes:
        """What the writer said, whatever the gzip level and the order of keys; the bytes themselves when that cannot be told."""
        try:
            return orjson.dumps(self._text_and_raw[1], option=orjson.OPT_SORT_KEYS)
        except (Rejected, TypeError):
            return self.body

    @cached_property
    def fault(self) -> Rejected | None:
        """Why the document cannot be used, or None when it can."""
        try:
            read_parsed(*self._text_and_raw, now=self._now)
        except Rejected as rejected:
            return rejected
        return None

    @property
    def packed(self) -> bytes:
        """The bytes as they are stored: as given when they are gzip already. Not kept: ``cached_property`` has one lock for all."""
        return self.body if is_gzip(self.body) else gzip.compress(self.body, _LEVEL, mtime=0)

    @property
    def _text_and_raw(self) -> tuple[bytes, Raw]:
        if isinstance(self._parsed, Rejected):
            raise self._parsed
        return self._parsed

    @cached_property
    def _parsed(self) -> tuple[bytes, Raw] | Rejected:
        try:
            text = decompressed(self.body)
            return text, parsed(text)
        except Rejected as rejected:
            return rejected
