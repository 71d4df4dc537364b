"""Plan callers who are known by an address that was only spoken, in a booking.

Anybody can say anybody's address, so it matches no record: a caller who booked "for" another person once changed 15 fields of that
person's Lead. It may make a new Lead when the CRM has no record with the address; else the follow-up task asks a person to look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from orchestration.delivery.items import Change, DeliveryRecord
from orchestration.destinations.salesforce.matching import addresses_in_use, open_leads

if TYPE_CHECKING:
    from orchestration.destinations.salesforce.client import SalesforceClient

IN_USE = "A record has the address, which was only spoken in a booking: a person decides whether it is the caller's."
MADE_ONCE = "The Lead was made from an address that was only spoken: later calls do not change it."
MADE_GONE = (
    "The Lead that was made from a spoken address was converted, deleted or merged, or is that of a caller known by the address."
)


class SpokenAddresses:
    """Decide for callers of one plan, by lead key.

    ``own`` are addresses of callers who are known by theirs, ``adopted`` the ids of records that are theirs.
    """

    def __init__(
        self,
        client: SalesforceClient,
        spoken: Mapping[str, str],
        record: Mapping[str, DeliveryRecord],
        own: Iterable[str],
        adopted: Collection[str],
    ) -> None:
        self._spoken, self._record = spoken, record
        made = [entry.remote_id for key, entry in record.items() if key in spoken and entry.remote_id]
        self._open = open_leads(client, made).difference(adopted)
        self._taken = addresses_in_use(client, [email for key, email in spoken.items() if not self._made(key)])
        self._taken |= {email.lower() for email in own}

    def decided(self, lead_key: str, base: Mapping[str, Any]) -> Change | None:
        """Return the decision not to write; None when a Lead may be made, once for each address."""
        made = self._record.get(lead_key)
        if made is not None and made.remote_id:
            if made.remote_id not in self._open:
                return Change(**base, action="suppress", reason=MADE_GONE)
            return Change(**base, action="unchanged", content=made.content, remote_id=made.remote_id, reason=MADE_ONCE)
        email = self._spoken[lead_key]
        if email in self._taken:
            return Change(**base, action="suppress", reason=IN_USE)
        self._taken.add(email)
        return None

    def _made(self, lead_key: str) -> bool:
        made = self._record.get(lead_key)
        return made is not None and bool(made.remote_id)
