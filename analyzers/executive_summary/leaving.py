"""Find a caller who has chosen another product, or ends what they have with us: a reader must know this first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from analyzers.call import AnnotatedCall
from analyzers.clauses import clause_at
from analyzers.evidence import Evidence
from analyzers.executive_summary.guide import SummaryGuide
from analyzers.executive_summary.models import LeavingKind
from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.cues import Hit
from analyzers.spoken_line import SpokenLine

_WORDS_BEFORE = 8
"""Words before what is said in which a condition or a 'not' takes it back."""


class Leaving(NamedTuple):
    """Hold where to a caller goes, the rival's name where it is said, and the clause that says so."""

    how: LeavingKind
    name: str | None
    clause: Evidence


def leaving(call: AnnotatedCall, guide: SummaryGuide) -> Leaving | None:
    """Return the last thing of the kind that the caller says; None when nothing of it was said."""
    return next(_said(call, guide), None)


def _said(call: AnnotatedCall, guide: SummaryGuide) -> Iterator[Leaving]:
    rivals = [s for s in call.annotations.of_type(SpanType.COMPETITOR, "user") if s.attributes.get("context") != "past"]
    for item in reversed([item for item in call.document.transcript if item.role == "user"]):
        line = SpokenLine(item, guide.leaving_cues)
        for hit in line.hits.get("cancels", ()):
            if not _supposed(line, hit):
                yield Leaving("cancels", None, _clause(line, hit))
        for label in ("rival", "toward"):
            for hit in line.hits.get(label, ()):
                name = next((str(s.value) for s in rivals if s.item_id == item.id and _behind(line, hit, s)), None)
                if not _supposed(line, hit) and (name or label == "rival"):
                    yield Leaving("rival", name, _clause(line, hit))


def _behind(line: SpokenLine, hit: Hit, rival: Span) -> bool:
    return hit.start <= rival.start < line.sentence_at(hit).end


def _supposed(line: SpokenLine, hit: Hit) -> bool:
    sentence = line.sentence_at(hit)
    before, doubts = line.words_before(hit, _WORDS_BEFORE), line.hits.get("supposed", ())
    at = bisect_left(doubts, before[0].start if before else hit.start, key=lambda doubt: doubt.start)
    doubted = at < len(doubts) and doubts[at].start < hit.start
    return doubted or line.item.text[sentence.start : sentence.end].rstrip().endswith("?")


def _clause(line: SpokenLine, hit: Hit) -> Evidence:
    text = line.item.text
    found = clause_at(text, *hit) or hit
    return Evidence(item_id=line.item.id, start=found.start, end=found.end, quote=text[found.start : found.end])
