"""Match a caller to a Contact with the e-mail address, else to an open Lead, else to the Contact of a converted Lead.

Of several matches, take the one written to before; else the one with the latest call; else the one changed last; else the lowest
id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orchestration.destinations.salesforce.client import SalesforceClient


LAST_CALL = "Last_Voice_Call_Date__c"
OPT_OUTS = ("DoNotCall", "HasOptedOutOfEmail")
"""Standard fields of Lead and Contact; whoever sets one, nothing of ours clears it."""
_STANDARD = f"Id, Email, LastModifiedById, LastModifiedDate, {', '.join(OPT_OUTS)}"
Record = Mapping[str, Any]


@dataclass(frozen=True)
class CrmMatch:
    sobject: str
    record: Record
    alike: int = 1
    """Number of records of the same kind with this address."""

    @property
    def remote_id(self) -> str:
        return str(self.record["Id"])


def find_people(
    client: SalesforceClient, emails: Mapping[str, str], known: Mapping[str, str], fields: Sequence[str]
) -> dict[str, CrmMatch]:
    """Return matches by lead key. ``emails`` and ``known`` (ids of records written to before) are by lead key too."""
    columns = ", ".join(dict.fromkeys((_STANDARD, *fields)))
    contacts = _by_email(client, _soql("Contact", columns, "Email IN {values}"), emails.values())
    found = {key: _best("Contact", contacts[email], known.get(key)) for key, email in emails.items() if email in contacts}
    rest = {key: email for key, email in emails.items() if key not in found}
    leads = _by_email(client, _soql("Lead", f"{columns}, IsConverted, ConvertedContactId", "Email IN {values}"), rest.values())
    became: dict[str, str] = {}
    for key, email in rest.items():
        open_leads = [lead for lead in leads.get(email, ()) if not lead["IsConverted"]]
        converted = [lead for lead in leads.get(email, ()) if lead["ConvertedContactId"]]
        if open_leads:
            found[key] = _best("Lead", open_leads, known.get(key))
        elif converted:
            became[key] = str(max(converted, key=lambda lead: str(lead["LastModifiedDate"]))["ConvertedContactId"])
        elif key in known:
            became[key] = known[key]
    found.update(_by_id(client, columns, became))
    return found


def addresses_in_use(client: SalesforceClient, emails: Iterable[str]) -> set[str]:
    """Return those of the addresses, in lower case, that a Contact or Lead of the CRM has, converted ones included."""
    wanted = sorted(set(emails))
    queries = (_soql(sobject, "Email", "Email IN {values}") for sobject in ("Contact", "Lead"))
    return {str(record["Email"]).lower() for soql in queries for record in client.query_in(soql, wanted)}


def open_leads(client: SalesforceClient, ids: Iterable[str]) -> set[str]:
    """Return those of the ids that are Leads, neither converted nor deleted."""
    soql = _soql("Lead", "Id", "Id IN {values} AND IsConverted = false")
    return {str(record["Id"]) for record in client.query_in(soql, sorted(set(ids)))}


def _by_email(client: SalesforceClient, soql: str, emails: Iterable[str]) -> dict[str, list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in client.query_in(soql, sorted(set(emails))):
        found[str(record["Email"]).lower()].append(record)
    return found


def _by_id(client: SalesforceClient, columns: str, ids: Mapping[str, str]) -> dict[str, CrmMatch]:
    """Return records by id: their address changed since, or a lead became a contact; deleted ones are missing."""
    found: dict[str, CrmMatch] = {}
    for sobject, prefix in (("Contact", "003"), ("Lead", "00Q")):
        wanted = {key: remote for key, remote in ids.items() if remote.startswith(prefix)}
        open_only = " AND IsConverted = false" if sobject == "Lead" else ""
        soql = _soql(sobject, columns, f"Id IN {{values}}{open_only}")
        records = client.query_in(soql, sorted(set(wanted.values())))
        by_id = {record["Id"]: record for record in records}
        found.update({key: CrmMatch(sobject, by_id[remote]) for key, remote in wanted.items() if remote in by_id})
    return found


def _best(sobject: str, records: Sequence[Record], known: str | None) -> CrmMatch:
    ranked = sorted(records, key=lambda record: str(record["Id"]))
    ranked.sort(key=lambda record: (str(record.get(LAST_CALL) or ""), str(record["LastModifiedDate"])), reverse=True)
    chosen = next((record for record in ranked if record["Id"] == known), ranked[0])
    return CrmMatch(sobject, chosen, len(records))


def _soql(sobject: str, columns: str, condition: str) -> str:
    """Return SOQL; names come from the code, values are bound by the client."""
    return f"SELECT {columns} FROM {sobject} WHERE {condition}"  # noqa: S608
