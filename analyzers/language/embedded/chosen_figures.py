"""Choose how many people would use it, and how many documents they send a month, among all figures that the call names.

The reader says of each figure of either side what it counts (``MENTION_HEADS``: figure); the rules say which figure their words
point to. Which of them stands is a choice over the call (``choice``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.choice import FittedChoice, Numbers
from analyzers.language.embedded.rules.agent_figures import is_money
from analyzers.language.embedded.rules.document_volume import PER_MONTH
from analyzers.language.embedded.rules.other_figures import counts_nothing, is_price
from analyzers.language.embedded.rules.settled_figures import SETTLED, corrects, evidence_for, next_of_caller
from analyzers.language.embedded.rules.team_size import asks_for_people
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number
from analyzers.language.embedded.text.spans import span

FigureFact = Literal["team_size", "monthly_volume"]

_KINDS: Mapping[FigureFact, Mapping[str, float]] = {"team_size": {"people": 1.0}, "monthly_volume": PER_MONTH}
_LEAST = 0.15
"""Probability from which a figure is a candidate; below it the reader is nearly always right that it counts something else."""
_LIKELY = 0.5
"""Probability from which a figure counts as the latest of its kind: more likely than not."""
_PLAIN = 0.8
"""Confidence of a rule whose words leave little doubt: a plain answer, a correction, a summary nobody contradicts."""
_ALIKE = 0.1
"""Share by which two volumes may differ and be the same figure: 'forty a week' and 'a hundred and seventy a month'."""
_MOST_TIMES = 3
"""Times a figure is said beyond which one more says nothing."""
_LARGEST: Mapping[FigureFact, int] = {"team_size": 20_000, "monthly_volume": 10**7}
"""Figures above which a number is a misreading: a price or a reference."""


class FigureMention(NamedTuple):
    """Holds a figure as one side says it: what it amounts to, how likely it is of this kind, what the caller says next."""

    turn: Turn
    number: Number
    value: int
    chance: float
    taken_back: bool
    confirmed: bool


class Candidate(NamedTuple):
    """Holds a value that may be the fact, or None, with its numbers and the mentions it rests on."""

    value: int | None
    numbers: Numbers
    mentions: tuple[FigureMention, ...]


def is_figure_of(found: Span, fact: FigureFact) -> bool:
    """Return whether a rule's span states the fact: people who use it, or documents sent at present."""
    if fact == "team_size":
        return found.type == SpanType.TEAM_SIZE and found.attributes.get("kind", "users") == "users"
    return found.type == SpanType.MONTHLY_VOLUME and found.tense != "past"


def figure_mentions(conversation: Conversation, fact: FigureFact) -> list[FigureMention]:
    """Return every figure of either side that may count the fact, in order, once for each span of time it may be of.

    Prices, dates, references, bounds and other firms' figures are none, whatever the reader hears.
    """
    found: list[FigureMention] = []
    for turn in conversation.turns:
        following = None if turn.is_user else next_of_caller(conversation, turn)
        for number in turn.numbers:
            if counts_nothing(turn, number) or is_price(turn, number) or is_money(turn, number):
                continue
            prediction = turn.prediction_at(number.start)
            scores = _scores(prediction, number) if prediction else None
            for kind, months in _KINDS[fact].items() if scores else ():
                value = max(1, round(number.value * months))
                if scores and scores[kind] > _LEAST and number.value >= 1 and value <= _LARGEST[fact]:
                    taken_back, confirmed = (following.denies, following.affirms) if following else (False, False)
                    found.append(FigureMention(turn, number, value, scores[kind], taken_back, confirmed))
    return found


def _scores(prediction: Prediction, number: Number) -> dict[str, float] | None:
    return prediction.reading.mention("figure", number.start - prediction.start, number.end - prediction.start)


def candidates(conversation: Conversation, fact: FigureFact, spans: Iterable[Span]) -> list[Candidate]:
    """Return the values that may stand: what the rules say, each figure that was said, and none unless the rules leave no doubt.

    A figure by which the caller takes an earlier one back is the only one, unless figures are said after it.
    """
    said = [one for one in spans if _states(one, fact)]
    mentions, rules = figure_mentions(conversation, fact), _surest(said)
    ruled = round(rules.value) if rules is not None and isinstance(rules.value, int | float) else None
    place = next((turn for turn in conversation.user_turns if rules is not None and turn.item.id == rules.item_id), None)
    values: list[int] = []
    for value in [*([ruled] if ruled is not None else []), *(mention.value for mention in mentions)]:
        if not any(_same(fact, value, other) for other in values):
            values.append(value)
    surest = max((mention.chance for mention in mentions), default=0.0)
    if ruled is not None and place is not None and (_revised(said) or _corrected_last(place, rules, mentions)):
        values = [ruled]
    found = [_candidate(fact, value, mentions, rules, place) for value in values]
    if rules is not None and (rules.confidence >= _PLAIN or (place is not None and _answers(place, fact))):
        return found
    return [Candidate(None, {"none": 1.0, "none_ruled": float(ruled is None), "none_surest": surest}, ()), *found]


def _revised(said: Sequence[Span]) -> bool:
    """Return whether the rules' figure is one of several different ones that are told plainly: the last stands."""
    plain = {_value(one) for one in said if one.confidence >= _PLAIN}
    return len(plain) > 1 and all(one.confidence < SETTLED for one in said)


def _corrected_last(place: Turn, rules: Span | None, mentions: Sequence[FigureMention]) -> bool:
    """Return whether the rules' figure takes an earlier one back, and none that counts is said later."""
    if rules is None or rules.confidence < SETTLED or not corrects(place, rules.start, answers=True):
        return False
    return all(mention.turn.position <= place.position for mention in mentions if mention.chance > _LIKELY)


def _candidate(
    fact: FigureFact,
    value: int,
    mentions: Sequence[FigureMention],
    rules: Span | None,
    place: Turn | None,
) -> Candidate:
    same = [mention for mention in mentions if _same(fact, mention.value, value)]
    stand = [mention for mention in same if not mention.taken_back]
    likely = [mention for mention in mentions if mention.chance > _LIKELY and not mention.taken_back]
    of_agent = [mention for mention in likely if not mention.turn.is_user]
    by_rule = rules is not None and _same(fact, value, _value(rules))
    later = place is not None and all(mention.turn.position <= place.position for mention in likely)
    numbers = {
        "rule": float(by_rule),
        "rule_confidence": rules.confidence if by_rule and rules else 0.0,
        "rule_settled": float(by_rule and rules is not None and rules.confidence >= _PLAIN),
        "rule_alone": float(by_rule and value == 1),
        "rule_latest": float(by_rule and later),
        "answers": float(any(_answers(mention.turn, fact) for mention in stand)),
        "caller": max((mention.chance for mention in stand if mention.turn.is_user), default=0.0),
        "agent": max((mention.chance for mention in stand if not mention.turn.is_user), default=0.0),
        "latest": float(bool(likely) and any(mention.turn is likely[-1].turn for mention in stand)),
        "latest_of_agent": float(bool(of_agent) and any(mention.turn is of_agent[-1].turn for mention in stand)),
        "confirmed": float(any(mention.confirmed for mention in stand)),
        "times": min(len(stand), _MOST_TIMES) / _MOST_TIMES,
        "taken_back": float(len(stand) < len(same)),
    }
    return Candidate(value, numbers, tuple(stand or same))


def _answers(turn: Turn, fact: FigureFact) -> bool:
    """Return whether a turn of the caller answers the question for the fact."""
    return turn.is_user and (asks_for_people(turn) if fact == "team_size" else turn.asked("prompts.volume"))


def _same(fact: FigureFact, one: int, other: int) -> bool:
    return one == other if fact == "team_size" else abs(one - other) <= _ALIKE * max(one, other)


def chosen_figures(
    conversation: Conversation, spans: Iterable[Span], ruled: Sequence[Span], fitted: Mapping[str, FittedChoice]
) -> Iterator[Span]:
    """Yield the spans, of the two facts those alone whose value is chosen.

    A new one stands for a figure that only the reader takes for the fact.
    """
    kept = list(spans)
    for fact in ("team_size", "monthly_volume"):
        kept = list(_chosen(conversation, kept, fact, ruled, fitted))
    yield from kept


def ruled_figure(spans: Iterable[Span], fact: FigureFact) -> Span | None:
    """Return the span of a fact that the rules settle on."""
    return _surest([one for one in spans if _states(one, fact)])


def _states(found: Span, fact: FigureFact) -> bool:
    return is_figure_of(found, fact) and found.role == "user" and found.holds and isinstance(found.value, int | float)


def _surest(said: Sequence[Span]) -> Span | None:
    """Return the latest of plain figures, unless one settles the matter; else the surest, of equals the latest."""
    plain = [one for one in said if one.confidence >= _PLAIN]
    if plain and plain[0].confidence < SETTLED:
        return plain[-1]  # 'nine of us', later 'we're ten by now'
    return max(enumerate(said), key=lambda one: (one[1].confidence, one[0]))[1] if said else None


def _value(found: Span) -> int:
    return round(found.value) if isinstance(found.value, int | float) else 0


def _chosen(
    conversation: Conversation, spans: Sequence[Span], fact: FigureFact, ruled: Sequence[Span], fitted: Mapping[str, FittedChoice]
) -> Iterator[Span]:
    options = candidates(conversation, fact, ruled)
    chances = fitted[fact].likelihoods([option.numbers for option in options])
    chance, best = max(zip(chances, options, strict=True), key=lambda scored: scored[0])
    agreeing = 0
    for one in spans:
        if not is_figure_of(one, fact):
            yield one
        elif best.value is not None and isinstance(one.value, int | float) and _same(fact, round(one.value), best.value):
            agreeing += one.role == "user" and one.holds
            yield one.model_copy(update={"confidence": round(chance, 2)})
    if best.value is not None and not agreeing:
        yield from _evidence(conversation, best, fact, chance)


def _evidence(conversation: Conversation, best: Candidate, fact: FigureFact, chance: float) -> Iterator[Span]:
    """Yield the chosen value at the caller's words: where they say the figure, else what they say to the agent's."""
    said = [mention for mention in best.mentions if mention.turn.is_user]
    if said:
        place: tuple[Turn, Hit] | None = said[-1].turn, Hit(said[-1].number.start, said[-1].number.end)
    else:
        place = next((told for m in reversed(best.mentions) if (told := evidence_for(conversation, m.turn, m.number.value))), None)
    if place is not None and best.value is not None:
        approximate = any(mention.number.approximate for mention in best.mentions)
        if fact == "team_size":
            yield span(*place[:1], SpanType.TEAM_SIZE, place[1], best.value, chance, kind="users", approximate=approximate)
        else:
            yield span(*place[:1], SpanType.MONTHLY_VOLUME, place[1], best.value, chance, period="month", approximate=approximate)
