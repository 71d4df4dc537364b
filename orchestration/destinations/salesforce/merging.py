"""Merge field by field: keep human edits in the CRM, and never overwrite a value with an older one.

A value in the CRM is the platform's when it equals the value sent last, or the value intended when the answer was lost. Any other
value in its fields is a human edit and stays. Where no log exists, every value of a record that the integration user changed last
is the platform's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestration.delivery.hashing import hash_of
from orchestration.delivery.items import DeliveryRecord
from orchestration.destinations.salesforce.matching import LAST_CALL, OPT_OUTS

UNKNOWN_IF_EMPTY = {"Budget_Authority__c": "Unknown"}
_NOTHING = hash_of(None)


@dataclass(frozen=True)
class Merged:
    """The ``fields`` to write; hashes of the platform's fields after and before; ``human_edited`` fields are not written."""

    fields: Mapping[str, Any]
    content: Mapping[str, str]
    baseline: Mapping[str, str]
    human_edited: tuple[str, ...]
    outdated: bool = False


def merge(target: Mapping[str, Any], record: Mapping[str, Any], sent_before: DeliveryRecord | None, *, untouched: bool) -> Merged:
    """Merge ``target`` into ``record``. ``untouched``: the integration user changed it last; used only without ``sent_before``."""
    untouched = untouched and not (sent_before and (sent_before.content or sent_before.intended))
    sent = dict(sent_before.content) if sent_before else {}
    intended = dict(sent_before.intended or {}) if sent_before else {}
    same_record = sent_before is not None and sent_before.remote_id == record.get("Id")
    fields: dict[str, Any] = {}
    content: dict[str, str] = {}
    baseline: dict[str, str] = {}
    human_edited: list[str] = []
    for name, value in target.items():
        there, wanted = fingerprint(name, record.get(name)), fingerprint(name, value)
        empty = there == _NOTHING
        cleared = same_record and sent.get(name, _NOTHING) != _NOTHING
        own = untouched or there in (sent.get(name), intended.get(name)) or (empty and not cleared)
        if value is None:
            if empty and name in UNKNOWN_IF_EMPTY and own:
                value, wanted = UNKNOWN_IF_EMPTY[name], fingerprint(name, UNKNOWN_IF_EMPTY[name])
            elif not empty and there == fingerprint(name, UNKNOWN_IF_EMPTY.get(name)):
                wanted = there
        if there == wanted:
            content[name] = baseline[name] = there
        elif not own:
            human_edited.append(name)
            if name in sent:
                content[name] = baseline[name] = sent[name]
        else:
            fields[name] = value
            content[name] = wanted
            baseline[name] = there
    return Merged(fields, content, baseline, tuple(human_edited), _outdated(target, record, sent, intended))


def fingerprint(name: str, value: Any) -> str:
    """Return a hash that ignores what Salesforce changes: it reorders multi-selects, trims texts and reformats times.

    An opt-out that is not set counts as empty: a checkbox has no other way to be.
    """
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return hash_of(value) if value or name not in OPT_OUTS else _NOTHING
    if isinstance(value, int | float):
        return hash_of(round(float(value), 4))
    text = str(value).replace("\r\n", "\n").strip()
    if name in ("Integration_Needs__c", "Use_Cases__c"):
        return hash_of(sorted(text.split(";")))
    if name == LAST_CALL:
        return hash_of(_time(text).isoformat())
    return hash_of(text)


def _outdated(target: Mapping[str, Any], record: Mapping[str, Any], sent: Mapping[str, str], intended: Mapping[str, str]) -> bool:
    """Return whether the CRM has a later call than ``target``, and the platform did not write it itself."""
    present, new = record.get(LAST_CALL), target.get(LAST_CALL)
    if not present or not new or _time(str(present)) <= _time(str(new)):
        return False
    return fingerprint(LAST_CALL, present) not in (sent.get(LAST_CALL), intended.get(LAST_CALL))


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").replace(microsecond=0)
