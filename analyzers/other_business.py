"""Tell a person with other business from a prospect: sellers, wrong numbers, students, refunds (labels: no prospect).

No list of words would do: each caller has words of their own. A linear model over the meaning of single lines says how much a line
of the caller is about other business, and one of the agent an answer to that. The likeliest line of either and the number of sales
facts decide. ``python -m training.no_prospect`` fits the weights. Losing a lead costs more than keeping a seller, so it is sure or
says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from math import exp, log1p
from typing import ClassVar, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from analyzers.evidence import Evidence
from analyzers.language.annotations import NoProspectReason, Role, Span, SpanType
from analyzers.language.embedded.text.words import LONGEST_QUOTE, sentences_of
from analyzers.language.sentence_encoder import SentenceEncoder, Vectors, shared_encoder
from contract.document.session import TranscriptItem
from contract.reference import ReferenceTable

FEWEST_WORDS = 4
"""Words of a line that is read: shorter ones ("yes, sure") mean nothing alone."""
_MOST_READ = 40
"""Lines of each speaker that are read, the first: why somebody calls is said early, and each takes some 5 ms."""
_FOR_REASON = 3
"""Likeliest lines that tell the reason: of 65 calls of writers left out 53 are given the right one, by the likeliest alone 47."""
_MONEY_BACK = re.compile(
    r"\b(?:refund\w*|money back|charge ?back|(?:been|was|were|got|you|they|have|has) (?:\w+ )?charged|"
    r"(?:want\w*|like|need|trying) to cancel|i(?:'ve)? cancell?ed|cancel (?:the|my|our|it|this|that)\b)"
)
"""Words of either side that make a refund or a cancellation of a reason that callers for the billing team are easily given."""
_VAGUE: tuple[NoProspectReason, ...] = ("no_business", "wrong_number")
OWN_NEED = (
    SpanType.TEAM_SIZE,
    SpanType.MONTHLY_VOLUME,
    SpanType.CURRENT_TOOL,
    SpanType.BUDGET_AUTHORITY,
    SpanType.DECISION_TIMELINE,
    SpanType.COMPETITOR,
    SpanType.OBJECTION,
    SpanType.FEATURE_REQUEST,
    SpanType.BUYING_SIGNAL,
    SpanType.STAKEHOLDER,
    SpanType.PAIN_POINT,
    SpanType.INTEGRATION,
)
"""Facts that speak of a need of the caller's own."""
_MOST_OF_A_KIND = 2
"""Different facts of one kind that count: a third says nothing more."""


class LineOdds(BaseModel):
    """Scores a line by its vector: the log-odds that it speaks of other business."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bias: float
    weights: tuple[float, ...]

    def scores(self, vectors: Vectors) -> np.ndarray:
        return vectors @ np.array(self.weights, np.float32) + self.bias


class WholeCallOdds(BaseModel):
    """Joins the likeliest line of either speaker and the logarithm of one more than the facts into the log-odds of the call."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bias: float
    caller: float
    agent: float
    facts: float


class OtherBusinessModel(ReferenceTable):
    """Holds the fitted weights.

    ``gated_from``: the least probability; ``gated_briefly_from`` that of a call in which the caller says fewer lines than ``brief``
    and so tells few facts in any case. ``most_facts``: with more nothing is read.
    """

    file: ClassVar[str] = "no_prospect.yml"
    gated_from: float
    gated_briefly_from: float
    brief: int
    most_facts: int
    call: WholeCallOdds
    caller: LineOdds
    agent: LineOdds
    reasons: Mapping[NoProspectReason, LineOdds]

    def least(self, lines: int) -> float:
        """Return the probability from which a call of so many lines of the caller is gated."""
        return self.gated_briefly_from if lines < self.brief else self.gated_from


class OtherBusiness(NamedTuple):
    """Says what the caller wanted instead, how sure that is, and the sentence that shows it."""

    reason: NoProspectReason
    probability: float
    evidence: Evidence


def other_business_in(
    transcript: Sequence[TranscriptItem],
    spans: Iterable[Span],
    model: OtherBusinessModel,
    encoder: SentenceEncoder | None = None,
) -> OtherBusiness | None:
    """Return what the caller wanted instead of the product; None for whoever may be a prospect."""
    facts = facts_of_need(spans)
    lines = lines_of(transcript, "user")
    if facts > model.most_facts or not lines:
        return None
    reader = encoder or shared_encoder()
    vectors = reader.vectors([line.text for line in lines])
    scores = model.caller.scores(vectors)
    answers = model.agent.scores(reader.vectors([line.text for line in lines_of(transcript, "agent")]))
    odds = model.call
    logit = odds.bias + odds.caller * scores.max() + odds.agent * answers.max(initial=model.agent.bias) + odds.facts * log1p(facts)
    probability = 1 / (1 + exp(-float(logit)))
    if probability < model.least(len(lines)):
        return None
    likeliest = np.argsort(-scores)[:_FOR_REASON]
    reason = max(model.reasons.items(), key=lambda entry: float(entry[1].scores(vectors[likeliest]).mean()))[0]
    shown = lines[likeliest[0]]
    if reason in _VAGUE and any(_MONEY_BACK.search(item.text.lower()) for item in transcript):
        reason = "refund_or_cancellation"
        shown = next((line for line in lines if _MONEY_BACK.search(line.text.lower())), shown)
    return OtherBusiness(reason, round(probability, 2), _quoted(shown, model, reader))


def facts_of_need(spans: Iterable[Span]) -> int:
    """Count the caller's different facts of a need of their own, at most two of a kind."""
    said = {(span.type, str(span.value)) for span in spans if span.role == "user" and span.holds and span.type in OWN_NEED}
    return sum(min(_MOST_OF_A_KIND, count) for count in Counter(kind for kind, _ in said).values())


def lines_of(transcript: Iterable[TranscriptItem], role: Role) -> list[TranscriptItem]:
    """Return the first lines of a speaker that are long enough to mean something alone."""
    spoken = (item for item in transcript if item.role == role and len(item.text.split()) >= FEWEST_WORDS)
    return list(islice(spoken, _MOST_READ))


def _quoted(item: TranscriptItem, model: OtherBusinessModel, encoder: SentenceEncoder) -> Evidence:
    """Return the sentence of the line that says it most clearly; the start of an endless one."""
    sentences = sentences_of(item.text)
    scores = model.caller.scores(encoder.vectors([item.text[s.start : s.end] for s in sentences]))
    best = sentences[int(scores.argmax())]
    end = best.end
    if end - best.start > LONGEST_QUOTE:
        end = item.text.rfind(" ", best.start + 1, best.start + LONGEST_QUOTE)
    end = end if end > best.start else best.start + LONGEST_QUOTE
    return Evidence(item_id=item.id, start=best.start, end=end, quote=item.text[best.start : end])
