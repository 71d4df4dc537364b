"""Name everything by what it is, so that a repeated run, or one on another machine, finds what an earlier one made."""

from __future__ import annotations

import base64
import hashlib
from uuid import NAMESPACE_URL, UUID, uuid5

_NAMESPACE = uuid5(NAMESPACE_URL, "voice provision metabase")
_NANOID_LENGTH = 21  # characters of an entity_id (the representation format's specification, Entity Keys)


def entity_id(*names: str) -> str:
    """Return the ``entity_id`` of a thing: 21 characters of A-Z, a-z, 0-9, ``-`` and ``_``, the same for the same names."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_NANOID_LENGTH]


def uuid(*names: str) -> UUID:
    """Return the id of a template tag or a filter."""
    return uuid5(_NAMESPACE, "\0".join(names))
