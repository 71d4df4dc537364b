"""What stands under every report: how many documents it was made of, and when."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from orchestration.reports.facts import DataQuality
from orchestration.reports.wording import counted, moment


def quality_sentences(quality: DataQuality, zone: str) -> Iterator[str]:
    """Yield sentences about the documents of every day, as the published warehouse accounts for them."""
    yield (
        f"{counted(quality.received, 'call document')} received so far: {quality.analysed:,} analysed, "
        f"{quality.rejected:,} rejected, {quality.pending:,} pending."
    )
    if quality.test_calls:
        yield f"{counted(quality.test_calls, 'test call')} among them, counted nowhere above."
    if quality.published_at:
        yield f"Warehouse published {moment(quality.published_at, ZoneInfo(zone))}."
    yield "“Not measured” is never counted as 0."
