"""Choose what a rival product is to the caller: in use, left, looked at or only compared (LABELS: competitors).

The rules go by the cue nearest to the name; the reader hears the relation in each mention (``MENTION_HEADS``: relation). Everything
the call says of a product decides (``choice``), and holds for every mention of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum, log

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.choice import FittedChoice, Numbers
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn

RELATION_OF: Mapping[str, str] = {"current": "now", "past": "past", "considering": "considering", "comparison": "comparison"}
"""The reader's class for each context of the report."""
_FLOOR = 0.03
"""Added to a probability before its logarithm: below it the reader's shares of mentions are noise."""


def context_candidates(conversation: Conversation, mentions: Sequence[Span]) -> list[Numbers]:
    """Return the numbers of each context, in the order of ``RELATION_OF``, for the mentions of one product."""
    known = [shares for one in mentions if (shares := _shares(conversation, one))]
    ruled = mentions[0].attributes.get("context")
    return [
        {
            context: 1.0,
            "rule": float(ruled == context),
            "share": log(_FLOOR + fsum(shares[at] for shares in known) / len(known)) if known else 0.0,
            "surest": log(_FLOOR + max(shares[at] for shares in known)) if known else 0.0,
        }
        for at, context in enumerate(RELATION_OF)
    ]


def _asked(conversation: Conversation, mention: Span) -> bool:
    """Return whether the product is named in a question of the caller: 'How are you different from it?'"""
    turn = _turn_of(conversation, mention)
    return turn is not None and turn.in_question(mention.start)


def mention_scores(conversation: Conversation, mention: Span, head: str) -> dict[str, float] | None:
    """Return the probability of each class of a head for a mention; None where the reader has read nothing."""
    prediction = read_at(conversation, mention)
    if prediction is None:
        return None
    return prediction.reading.mention(head, mention.start - prediction.start, mention.end - prediction.start)


def read_at(conversation: Conversation, mention: Span) -> Prediction | None:
    """Return what the reader makes of the line around a mention; None where it has read nothing."""
    turn = _turn_of(conversation, mention)
    return turn.prediction_at(mention.start) if turn else None


def _turn_of(conversation: Conversation, mention: Span) -> Turn | None:
    return next((turn for turn in conversation.user_turns if turn.item.id == mention.item_id), None)


def product_mentions(spans: Iterable[Span]) -> dict[str, list[Span]]:
    """Return what names each rival product, in order."""
    mentions: dict[str, list[Span]] = {}
    for one in spans:
        if one.type == SpanType.COMPETITOR:
            mentions.setdefault(str(one.value), []).append(one)
    return mentions


def _is_misheard(mention: Span) -> bool:
    """Return whether a recogniser has split or misspelt the name: 'propose ify'."""
    return mention.quote.lower().replace(" ", "") != str(mention.value).lower().replace(" ", "")


def _shares(conversation: Conversation, mention: Span) -> list[float] | None:
    """Return the share of each context in what the reader hears at a mention; None where it has read nothing."""
    scores = mention_scores(conversation, mention, "relation")
    if scores is None:
        return None
    known = [scores[relation] + _FLOOR / 10 for relation in RELATION_OF.values()]
    return [one / fsum(known) for one in known]


def chosen_contexts(conversation: Conversation, spans: Iterable[Span], fitted: FittedChoice) -> Iterator[Span]:
    """Yield the spans, every mention of a product with the context that is chosen for it."""
    kept = list(spans)
    contexts = {name: _likeliest(conversation, said, fitted) for name, said in product_mentions(kept).items()}
    for one in kept:
        if one.type != SpanType.COMPETITOR:
            yield one
            continue
        context = contexts[str(one.value)]
        tense = "past" if context == "past" else "present"
        yield one.model_copy(update={"tense": tense, "attributes": {**one.attributes, "context": context}})


def _likeliest(conversation: Conversation, mentions: Sequence[Span], fitted: FittedChoice) -> str:
    ruled = str(mentions[0].attributes.get("context"))
    if ruled == "comparison" and all(_asked(conversation, one) for one in mentions):
        return ruled  # only asked about
    if all(_is_misheard(one) for one in mentions):
        return ruled  # the reader does not know the name
    chances = fitted.likelihoods(context_candidates(conversation, mentions))
    return max(zip(chances, RELATION_OF, strict=True), key=lambda scored: scored[0])[1]
