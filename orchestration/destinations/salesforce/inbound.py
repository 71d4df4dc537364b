"""Extract the opportunities of the callers' accounts into the lake, for pipeline and retention figures (spec 6.2, 7.5).

Reads by SystemModstamp from one hour before the end of the last extraction: a transaction may become visible after a later one.
The accounts are those of the contacts, and of the contacts that leads became, which the platform wrote to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from contract.platform.times import read_moment
from orchestration.delivery.log import remote_ids
from orchestration.destinations.salesforce.client import SalesforceClient
from orchestration.destinations.salesforce.context import NAME
from orchestration.destinations.salesforce.person_stage import KIND as PERSON
from orchestration.resources import Platform
from orchestration.state.builds import change_arrived
from orchestration.state.counters import counter, next_value, set_counter
from orchestration.warehouse.lake import write_part
from orchestration.warehouse.lake_owner import claim_lake

ASSET = "crm_opportunities"
OVERLAP = timedelta(hours=1)  # read again: a transaction may become visible after a later one
_COUNTER = "opportunities_read_until"
_COLUMNS = "Id, AccountId, Account.Name, StageName, IsClosed, IsWon, Amount, OwnerId, CreatedDate, CloseDate, SystemModstamp"


@dataclass(frozen=True)
class Extracted:
    opportunities: int
    accounts: int


def extract_opportunities(platform: Platform, client: SalesforceClient) -> Extracted:
    """Write changed opportunities as one part of today, or all when new people are in the CRM; repeating changes nothing.

    What is new makes a build due, so that readers see it without waiting for the next call.
    """
    claim_lake(platform.settings, platform.store, platform.state)
    with platform.state.reading() as connection:
        until = counter(connection, _COUNTER)
        known = counter(connection, f"{_COUNTER}_people")
    people = remote_ids(platform.state, NAME, PERSON)
    keys = _keys_by_account(client, people)
    since = datetime.fromtimestamp(until, UTC) - OVERLAP if until and known == len(people) else datetime(2000, 1, 1, tzinfo=UTC)
    records = _opportunities(client, sorted(keys), since)
    now = platform.now()
    rows = [_row(record, keys[str(record["AccountId"])], now) for record in records]
    latest = max((row["modified_at"] for row in rows), default=None)
    if rows:
        with platform.state.writing() as connection:
            seq = next_value(connection, "analysis")
        write_part(platform.store, ASSET, now.date(), seq, rows, run_id=uuid4().hex)
    with platform.state.writing() as connection:
        if latest and (known != len(people) or int(latest.timestamp()) > until):
            change_arrived(connection)
        if latest:
            set_counter(connection, _COUNTER, max(until, int(latest.timestamp())))
        set_counter(connection, f"{_COUNTER}_people", len(people))
    return Extracted(len(rows), len(keys))


def _keys_by_account(client: SalesforceClient, people: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the lead keys of each account; a converted lead counts for the account of its contact."""
    by_remote: defaultdict[str, list[str]] = defaultdict(list)
    for lead_key, remote_id in people:
        by_remote[remote_id].append(lead_key)
    contacts = [remote for remote in by_remote if remote.startswith("003")]
    leads = [remote for remote in by_remote if remote.startswith("00Q")]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for contact in client.query_in("SELECT Id, AccountId FROM Contact WHERE Id IN {values}", contacts):
        if contact["AccountId"]:
            found[contact["AccountId"]].update(by_remote[contact["Id"]])
    converted = "SELECT Id, ConvertedAccountId FROM Lead WHERE Id IN {values} AND IsConverted = true"
    for lead in client.query_in(converted, leads):
        if lead["ConvertedAccountId"]:
            found[lead["ConvertedAccountId"]].update(by_remote[lead["Id"]])
    return {total: sorted(keys) for total, keys in found.items()}


def _opportunities(client: SalesforceClient, accounts: Sequence[str], since: datetime) -> list[dict[str, Any]]:
    moment = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    soql = f"SELECT {_COLUMNS} FROM Opportunity WHERE SystemModstamp >= {moment} AND AccountId IN {{values}}"  # noqa: S608 - own names
    return client.query_in(soql, accounts)


def _row(record: Mapping[str, Any], lead_keys: Sequence[str], now: datetime) -> dict[str, Any]:
    closed = bool(record["IsClosed"])
    return {
        "opportunity_id": record["Id"],
        "account_id": record["AccountId"],
        "account_name": _account_name(record),
        "lead_keys": list(lead_keys),
        "stage": record["StageName"],
        "is_closed": closed,
        "is_won": bool(record["IsWon"]),
        "amount": record["Amount"],
        "currency": None,
        "owner_id": record["OwnerId"],
        "opened_at": _time(record["CreatedDate"]),
        "closed_at": read_moment(record["CloseDate"]) if closed and record["CloseDate"] else None,
        "modified_at": _time(record["SystemModstamp"]),
        "extracted_at": now,
    }


def _account_name(record: Mapping[str, Any]) -> str | None:
    """Return the account's name; a query answers with the account as an object, null when the user may not read it."""
    account = record.get("Account")
    return str(account["Name"]) if account and account.get("Name") else None


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
