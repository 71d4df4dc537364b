"""From the model's answer to annotations: every quote is looked up in its utterance, and what is not there is dropped.

Nothing of the answer is believed without that: roles come from the transcript, names from our lists, tier and score from our rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analyzers.language.annotations import Act, ActKind, Span, SpanType, TranscriptAnnotations, Utterance
from analyzers.language.openai_engine.answer import Answer, AnswerAct, AnswerFact, AnswerUtterance, AnyFact
from analyzers.language.openai_engine.judging import judgement_of, without_sales_facts
from analyzers.language.openai_engine.languages import ReadableLanguages
from analyzers.language.openai_engine.names import Names
from analyzers.language.openai_engine.places import LONGEST_VALUE, place_of
from contract.document.session import TranscriptItem

UNREMARKED_CONFIDENCE = 0.6  # of an utterance that the model left out: the sentiment is then neutral by default
LEAST_CONFIDENCE = 0.5  # of a fact: what the model itself holds less likely than not is right too rarely to be told
_COMMON = set(AnswerFact.model_fields) | {"type", "value"}
_LANGUAGE = re.compile(r"[a-z]{2,3}")

Attribute = str | int | float | bool | None


@dataclass(frozen=True)
class _Reading:
    spans: tuple[Span, ...]
    utterances: tuple[Utterance, ...]
    dropped: int


def annotations_of(
    answer: Answer, items: Sequence[TranscriptItem], names: Names, engine: str, version: str, languages: ReadableLanguages
) -> TranscriptAnnotations:
    """Annotations whose quotes are verbatim. An answer for a call in a language that is not read names it and says nothing else."""
    language = _language(answer.language)
    if not languages.include(language):
        return TranscriptAnnotations(engine=engine, version=version, language=language, unavailable=f"language:{language}")
    read = _read(answer, items, names)
    judgement, unsupported = judgement_of(answer.call, items, names)
    return TranscriptAnnotations(
        engine=engine,
        version=version,
        language=language,
        utterances=read.utterances,
        spans=without_sales_facts(read.spans, judgement),
        judgement=judgement,
        dropped=read.dropped + unsupported,
    )


def _language(stated: str) -> str:
    """Return the code without a region (``es-MX``); what is no code is taken for English, of which there is most."""
    found = _LANGUAGE.match(stated.strip().lower())
    code = found.group() if found else "en"
    return "en" if code == "eng" else code


def _read(answer: Answer, items: Sequence[TranscriptItem], names: Names) -> _Reading:
    remarks = {u.n: u for u in reversed(answer.utterances) if 0 <= u.n < len(items)}
    utterances = tuple(_utterance(item, remarks.get(n)) for n, item in enumerate(items))
    spans = [span for fact in answer.facts if (span := _span(fact, items, names))]
    kept = sum(len(utterances[n].acts) for n in remarks)
    dropped = len(answer.facts) - len(spans) + sum(len(u.acts) for u in answer.utterances) - kept
    return _Reading(_sorted(spans, items), utterances, dropped)


def _utterance(item: TranscriptItem, remark: AnswerUtterance | None) -> Utterance:
    if remark is None:
        stated = (Act(kind=ActKind.STATEMENT, start=0, end=len(item.text), confidence=UNREMARKED_CONFIDENCE),)
        return Utterance(
            item_id=item.id,
            role=item.role,
            label="neutral",
            score=0.0,
            confidence=UNREMARKED_CONFIDENCE,
            acts=stated if item.text.strip() else (),
        )
    return Utterance(
        item_id=item.id,
        role=item.role,
        label=remark.label,
        score=remark.score,
        confidence=remark.confidence,
        acts=tuple(act for said in remark.acts if (act := _act(said, item))),
    )


def _act(said: AnswerAct, item: TranscriptItem) -> Act | None:
    place = (0, len(item.text)) if said.quote is None else place_of(said.quote, item)
    if place is None:
        return None
    asked_by_caller = said.kind is ActKind.QUESTION and item.role == "user"
    return Act(
        kind=said.kind,
        start=place[0],
        end=place[1],
        confidence=said.confidence,
        topic=said.topic[:LONGEST_VALUE] if said.topic else None,
        answered=said.answered if asked_by_caller else None,
    )


def _span(fact: AnyFact, items: Sequence[TranscriptItem], names: Names) -> Span | None:
    if fact.confidence < LEAST_CONFIDENCE or not 0 <= fact.n < len(items):
        return None
    place = place_of(fact.quote, items[fact.n])
    if place is None:
        return None
    item, span_type, value = items[fact.n], SpanType(fact.type), fact.value
    if isinstance(value, str):
        value = names.canonical(span_type, value.strip()[:LONGEST_VALUE], item.text)
        if value is None:
            return None
    return Span(
        type=span_type,
        item_id=item.id,
        role=item.role,
        start=place[0],
        end=place[1],
        quote=item.text[place[0] : place[1]],
        value=value,
        confidence=round(fact.confidence, 2),
        polarity=fact.polarity,
        modality=fact.modality,
        tense=fact.tense,
        attributes=_attributes(fact, items),
    )


def _attributes(fact: AnyFact, items: Sequence[TranscriptItem]) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for name, value in fact.model_dump(exclude=_COMMON, exclude_none=True).items():
        if name == "due":
            found |= {"due": day} if (day := _day(value)) else {}
        elif name != "trigger":
            found[name] = value[:LONGEST_VALUE] if isinstance(value, str) else value
        elif 0 <= value < len(items):
            found[name] = items[value].id
    return found


def _day(said: str) -> str | None:
    """Return an ISO date as it is; None for anything else."""
    try:
        return date.fromisoformat(said.strip()).isoformat()
    except ValueError:
        return None


def _sorted(spans: Sequence[Span], items: Sequence[TranscriptItem]) -> tuple[Span, ...]:
    """By item, then place; the same fact of the same words once, at its highest confidence."""
    order = {item.id: n for n, item in enumerate(items)}
    unique: dict[tuple[object, ...], Span] = {}
    for span in sorted(spans, key=lambda s: s.confidence):
        unique[(span.type, span.item_id, span.start, span.end, span.value)] = span
    return tuple(sorted(unique.values(), key=lambda s: (order[s.item_id], s.start, s.end, s.type, str(s.value))))
