"""Rules and the trained reader beside each other: what one misses the other adds, and plain words stay what they are."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded import EmbeddedEngine
from analyzers.language.embedded.fusion import FusionWeight, FusionWeights
from analyzers.language.embedded.piece_numbers import odds
from analyzers.language.reader import Reader, Reading
from analyzers.language.reader.reader import ReaderInput
from contract.document.session import TranscriptItem
from contract.reference import Reference
from tests.analyzers.language.embedded_calls import ROLES

ENGINE = EmbeddedEngine(Reference())


def found(kind: SpanType, *turns: str, engine: EmbeddedEngine = ENGINE) -> list[Span]:
    items = [
        TranscriptItem.model_validate({"id": f"item_{at:03d}", "role": ROLES[turn[0]], "text": turn[3:]})
        for at, turn in enumerate(turns)
    ]
    return list(engine.annotate([items])[0].of_type(kind, "user"))


def test_an_objection_without_a_known_phrase_is_heard() -> None:
    price = "That's a fair bit more than I'd had in my head, if I'm honest."
    (objection,) = found(SpanType.OBJECTION, "A: For your team that comes to four hundred dollars a month.", f"U: {price}")
    assert (objection.attributes["category"], objection.quote) == ("pricing", price)


def test_the_same_worry_is_one_objection_however_often_it_comes_up() -> None:
    turns = ["A: It is ninety dollars a seat.", "U: That is far too expensive for us."] * 3
    assert [o.attributes["category"] for o in found(SpanType.OBJECTION, *turns)] == ["pricing"]


def test_who_decides_is_heard_in_words_no_list_has() -> None:
    spans = found(
        SpanType.BUDGET_AUTHORITY, "A: Would you be the one to decide?", "U: Lord no, I do the digging and the owners have the say."
    )
    assert max(spans, key=lambda s: s.confidence).value == "influencer"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SpanType.FEATURE_REQUEST, "Bulk send is a must."),
        (SpanType.OBJECTION, "It's too expensive, that's a dealbreaker for us."),
        (SpanType.BUYING_SIGNAL, "Where do I sign?"),
    ],
)
def test_plain_words_stay_what_they_are(kind: SpanType, words: str) -> None:
    assert found(kind, "A: What do you make of it?", f"U: {words}")


def test_small_talk_is_nothing_of_the_kind() -> None:
    turns = ("A: How has your week been?", "U: Not bad at all, the weather turned and we took the kids to the sea.")
    for kind in (SpanType.OBJECTION, SpanType.FEATURE_REQUEST, SpanType.BUDGET_AUTHORITY, SpanType.DECISION_TIMELINE):
        assert not found(kind, *turns)


def test_the_long_utterance_is_quoted_where_it_is_said() -> None:
    words = (
        "So we have two vans and a little shop by the harbour. My brother does the driving, "
        "and I do all of the paperwork in the evening. "
        "Honestly that price is much more than we could ever afford."
    )
    (objection,) = found(SpanType.OBJECTION, "A: It is ninety dollars a seat each month.", f"U: {words}")
    assert objection.quote == "Honestly that price is much more than we could ever afford."


def test_weights_decide_what_is_claimed_and_how_surely() -> None:
    turns = ("A: For your team it is four hundred dollars.", "U: That's a fair bit more than I'd had in my head, if I'm honest.")
    deaf = FusionWeight(head="objection", bias=-9, rule=1, reader=0, least=0.5, trusted=1.0)
    sure = FusionWeight(head="objection", bias=4, rule=1, reader=0, least=0.5, trusted=1.0)
    engines = [EmbeddedEngine(Reference(), weights=FusionWeights(weights={SpanType.OBJECTION: one})) for one in (deaf, sure)]
    silent, claimed = (found(SpanType.OBJECTION, *turns, engine=engine) for engine in engines)
    assert silent == []
    assert [span.confidence for span in claimed] == [pytest.approx(0.98, abs=0.01)]


def test_odds_are_finite_for_what_is_certain() -> None:
    assert odds(1.0) == pytest.approx(-odds(0.0))
    assert odds(0.5) == 0


class NotingReader(Reader):
    """Notes what it is given, and reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[ReaderInput] = []

    def read(self, line: ReaderInput) -> Reading:
        self.given.append(line)
        return super().read(line)


def test_each_line_is_read_beside_the_agents_line_and_the_callers_own_before() -> None:
    reader = NotingReader()
    long = "We have tried it all. " + "And then some more of it came along " * 6
    found(
        SpanType.PAIN_POINT,
        "A: How do you send them?",
        "U: By post, mostly.",
        "A: And does that work?",
        f"U: {long}",
        engine=EmbeddedEngine(Reference(), reader),
    )
    first, second, third, *_ = reader.given
    assert first == ("How do you send them?", "By post, mostly.", "")
    assert second == ("And does that work?", "We have tried it all.", "By post, mostly.")
    assert (third.context, third.earlier) == ("And does that work?", "We have tried it all.")


def test_plain_words_keep_their_mood_where_the_model_predicts_the_opposite() -> None:
    words = ("that's brilliant, I love it", "this is terrible")
    items = [TranscriptItem.model_validate({"id": f"item_{at}", "role": "user", "text": text}) for at, text in enumerate(words)]
    assert ENGINE.annotate([items])[0].utterances[1].score < -0.3
