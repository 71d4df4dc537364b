"""Upcast version 0, the looser document of the agent before this platform, to version 1 in small steps (``docs/contract.md``).

Each step handles one habit of the older agent, which "the older agent" means in their docstrings. A step never raises and never
guesses: a value of an unexpected type stays as it is, for validation to refuse by name, and what is absent stays absent.
"""

from __future__ import annotations

from contract.document.session import SCHEMA_VERSION
from contract.document.upcast.fields import Fields, Step
from contract.document.upcast.outcome import (
    consent_in_two_fields,
    ending_in_other_words,
    fractional_duration,
    marked_as_test,
    metrics_as_object,
)
from contract.document.upcast.people import empty_texts, identity_in_metadata, name_in_address, underscored_session_id
from contract.document.upcast.signals import (
    integration_interest,
    lists_as_text,
    numbers_in_words,
    tier_in_other_words,
    timeline_under_another_name,
    zero_for_unknown,
)
from contract.document.upcast.times import start_in_metadata, times_without_offset
from contract.document.upcast.tools import booking_at_top_level, booking_in_other_words, tool_under_another_name
from contract.document.upcast.transcript import (
    content_for_text,
    items_without_ids,
    transcript_as_text,
    turns_not_counted,
    wordless_items,
)

STEPS: tuple[Step, ...] = (
    empty_texts,
    underscored_session_id,
    identity_in_metadata,
    name_in_address,
    start_in_metadata,
    transcript_as_text,
    content_for_text,
    wordless_items,
    items_without_ids,
    turns_not_counted,
    tool_under_another_name,
    booking_in_other_words,
    booking_at_top_level,
    times_without_offset,
    fractional_duration,
    zero_for_unknown,
    numbers_in_words,
    tier_in_other_words,
    integration_interest,
    timeline_under_another_name,
    lists_as_text,
    marked_as_test,
    consent_in_two_fields,
    ending_in_other_words,
    metrics_as_object,
)


def upcast(document: Fields) -> Fields:
    """Return the same call as a version 1 document; the given one is not changed."""
    for step in STEPS:
        document = step(document)
    return {**document, "schema_version": SCHEMA_VERSION}
