"""List what desktops, file systems and data tools leave beside documents; no document can have such a name."""

from __future__ import annotations

IGNORED_NAMES = frozenset(
    {
        ".DS_Store", "._.DS_Store", ".localized", ".directory", "Thumbs.db", "ehthumbs.db", "desktop.ini",
        ".keep", ".gitkeep", "_SUCCESS",
    }
)  # fmt: skip
"""Names of objects that are not received at all, in whatever folder they lie (contract: 'Keys that are ignored')."""
IGNORED_ENDINGS = ("/", "_$folder$")
"""Endings of the markers by which consoles and Hadoop keep an empty folder."""


def is_ignored(key: str) -> bool:
    """Return whether the object of this key is no document that somebody could miss."""
    return key.endswith(IGNORED_ENDINGS) or key.rsplit("/", 1)[-1] in IGNORED_NAMES
