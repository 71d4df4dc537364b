"""Published files that nobody can read, to find out whether somebody opens them."""

from __future__ import annotations

from collections.abc import Iterable

from contract.platform.settings import Settings


def spoil_days(settings: Settings, days: Iterable[str]) -> None:
    """Overwrite the published files of these days (``YYYY-MM-DD``)."""
    spoilt = [path for day in days for path in settings.published_dir.glob(f"data/*/day={day}/*.parquet")]
    assert spoilt
    for path in spoilt:
        path.write_bytes(b"PAR1 spoilt")
