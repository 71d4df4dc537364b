"""Names as readers see them: industries, integrations, topics, people as far as the row names them, and tips for objections."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import ConfigDict

from analyzers.topics import Topics
from contract.platform.times import aware
from contract.reference import Reference, ReferenceTable
from orchestration.reports.display_names import DisplayNames
from orchestration.reports.key_signals import TIMELINES
from orchestration.reports.wording import counted, plain

COMPONENTS = {
    "intent": "Intent",
    "fit": "Product fit",
    "firmographic": "Company",
    "demographic": "Profile",
    "behavioral": "Behaviour",
}
"""Components of the lead score in the order of pages: what a salesperson acts on comes first."""
_LISTS = ("integration_needs", "pain_points")
_COUNTED = {"team_size": ("person", "people"), "monthly_volume": ("document a month", "documents a month")}
_KEY_DIGITS = 8  # of a lead key as a name: enough to tell leads of a list apart
_PROVIDERS = {"openai": "OpenAI", "deepgram": "Deepgram", "elevenlabs": "ElevenLabs", "livekit": "LiveKit"}
_NAMED_OTHER = {"other": "Something else", "unknown": "Unknown", "none": "None"}


class HandlingTips(ReferenceTable):
    model_config = ConfigDict(extra="ignore", frozen=True)
    file: ClassVar[str] = "objection_answers.yml"
    answers: Mapping[str, Sequence[str]]


class ReaderNames:
    def __init__(self, reference: Reference) -> None:
        self._display = DisplayNames(reference)
        topics = reference.table(Topics).lists.values()
        self._topics = {each.topic: each.label for listed in topics for each in listed}
        self._tips = reference.table(HandlingTips).answers

    def industry(self, key: str) -> str:
        return _NAMED_OTHER.get(key) or plain(self._display.industry(key))

    def integration(self, key: str) -> str:
        return plain(self._display.integration(key))

    def topic(self, key: str) -> str:
        return _NAMED_OTHER.get(key) or plain(self._topics.get(key, key.capitalize()))

    def provider(self, key: str) -> str:
        return _NAMED_OTHER.get(key) or _PROVIDERS.get(key, plain(key))

    def competitor(self, key: str) -> str:
        """Return the name as the competitor writes it; one that is not listed has capitals."""
        name = self._display.competitor(key)
        return plain(name if name != key else key.title())

    def tips(self, category: str) -> tuple[str, ...]:
        return tuple(self._tips.get(category, ()))

    def person(self, row: Mapping[str, Any]) -> str:
        """Name and company where the row has them, else the lead's key and industry."""
        named = [plain(row[name]) for name in ("name", "company") if row.get(name)]
        if named:
            return ", ".join(named)
        key = row.get("lead_key")
        known = [f"Lead {key[:_KEY_DIGITS]}" if key else "Unknown caller"]
        if row.get("industry") not in (None, "unknown"):
            known.append(self.industry(row["industry"]))
        return ", ".join(known)

    def signals(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(_signals(row))

    def signal(self, row: Mapping[str, Any]) -> str:
        """Word the value of the signal that the row names; a list of values has them separated by commas."""
        name, value = row["signal"], row["value"]
        values = json.loads(value) if name in _LISTS else [value]
        special = {"industry": self.industry, "integration_needs": self.integration, "pain_points": self.topic}
        worded = special.get(name) or (lambda text: plain(text).replace("_", " ").capitalize())
        if name in _COUNTED:
            return counted(int(value), *_COUNTED[name])
        return ", ".join(worded(str(each)) for each in values)

    @staticmethod
    def components(text: str) -> str:
        """Word what changed of a score: ``demographic -1, intent +2`` becomes ``Profile −1, Intent +2``."""
        for key, name in COMPONENTS.items():
            text = text.replace(key, name)
        return text.replace(" -", " −")

    @staticmethod
    def record(crm: str, remote_id: str | None) -> str:
        """Return the address of a CRM record; empty while the CRM or the record is not known."""
        return f"{crm.rstrip('/')}/{quote(remote_id, safe='')}" if crm.startswith("https://") and remote_id else ""

    @staticmethod
    def quoted(text: str) -> str:
        return quote(text, safe="")

    @staticmethod
    def local(at: datetime, zone: tzinfo) -> datetime:
        return aware(at).astimezone(zone)


def _signals(row: Mapping[str, Any]) -> Iterator[str]:
    if row.get("team_size"):
        yield f"team of {row['team_size']:,}"
    if row.get("monthly_volume"):
        yield f"{counted(row['monthly_volume'], 'document')} a month"
    if timeline := TIMELINES.get(str(row.get("decision_timeline"))):
        yield timeline
    if row.get("meeting_booked"):
        yield "meeting booked"
