"""Find who owns a lead, to be mentioned: the colleague that it was routed to, whose user name in the CRM is an e-mail address."""

from __future__ import annotations

from sqlalchemy import select

from orchestration.state.database import StateDatabase
from orchestration.state.tables import ROUTED_LEADS


def owner_of(state: StateDatabase, lead_key: str) -> str | None:
    """Return the user name of the owner; None while the lead is routed to nobody, which the first sync of the CRM does."""
    with state.reading() as connection:
        return connection.execute(select(ROUTED_LEADS.c.owner).where(ROUTED_LEADS.c.lead_key == lead_key)).scalar_one_or_none()
