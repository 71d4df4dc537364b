"""A home whose published warehouse holds given calls, for reports that are sent from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from contract.document.keys import session_key
from contract.platform.settings import Settings
from orchestration.mail.settings import MailSettings
from orchestration.resources import Platform
from orchestration.warehouse.manifest import Manifest, replace_manifest
from tests.orchestration.reports.busy_day import DAY, NOON
from tests.orchestration.reports.warehouse import CallRow, warehouse

ADDRESSES = "vp_sales=dana@readers.example, chief_executive=sam@readers.example"


def publish(home: Path, *calls: CallRow, at: datetime) -> None:
    """Publish a warehouse of these calls in place of the one before."""
    folder = home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"warehouse-{at:%Y%m%dT%H%M%S}.duckdb"
    with warehouse(*calls) as connection:
        connection.execute(f"attach '{path}' as published")
        connection.execute("copy from database memory to published")
        connection.execute("detach published")
    replace_manifest(
        folder, Manifest(version=1, published_at=at, root=str(folder), database=path.name, small_fingerprint=path.name, tables={})
    )


def calls_of_the_day(n: int, tier: str = "Tier 1") -> list[CallRow]:
    return [CallRow(f"call_{i}", NOON + timedelta(minutes=i), "Dana Ortiz", "Northlight", tier, 90) for i in range(n)]


def platform_at(home: Path, now: datetime, port: int, addresses: str = ADDRESSES) -> Platform:
    """The platform of a home at a moment, with e-mail by the server at ``port``."""
    settings = Settings(home=home, now=now, business_tz="America/New_York", base_url="https://voice.example")  # pyright: ignore
    mail = MailSettings(
        sender="Voice Agent <reports@voice.example>",
        addresses=SecretStr(addresses),
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
    )
    return Platform(settings, vendors=[mail])


def deliver_unread(platform: Platform) -> None:
    """Put a document of the day into the store that nothing has taken in yet."""
    platform.store.put(session_key("late", NOON), b"a document on its way")


__all__ = ["ADDRESSES", "DAY", "NOON", "calls_of_the_day", "deliver_unread", "platform_at", "publish"]
