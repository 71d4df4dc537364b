"""From a reply of the service to an ``Answer``: refusals, cut-off and failed replies, and malformed JSON told apart."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from analyzers.language.openai_engine.answer import Answer
from analyzers.language.openai_engine.failures import EngineUnavailable, Unusable, code
from analyzers.language.openai_engine.reply import CUT_OFF, ModelReply

_PASSING = frozenset({"server_error", "rate_limit_exceeded"})
_END_OF_THOUGHT = "</think>"
PROBLEMS_NAMED = 5  # validation problems quoted in the request for a repaired answer: enough to correct all of one kind


class Malformed(Unusable):
    """Text that is no ``Answer``. ``problems`` names places and kinds, never what was said; ``text`` is the answer itself."""

    def __init__(self, text: str, problems: str) -> None:
        super().__init__("malformed")
        self.text = text
        self.problems = problems


class CutOff(Unusable):
    """An answer that ran out of tokens: fewer lines may fit."""

    def __init__(self) -> None:
        super().__init__(f"incomplete:{CUT_OFF}")


def answer_in(reply: ModelReply) -> Answer:
    """Raise ``Unusable`` for a refusal, ``CutOff``, ``Malformed`` for text that does not fit, ``EngineUnavailable``."""
    _must_be_complete(reply)
    if reply.refused:
        raise Unusable("refusal")
    problems = "the object: missing"
    for text in _objects_in(reply.text):
        try:
            return Answer.model_validate_json(text)
        except ValidationError as error:
            problems = _problems(error)
    raise Malformed(reply.text, problems)


def _must_be_complete(reply: ModelReply) -> None:
    reason = code(reply.reason)
    if reply.ended == "failed":
        raise EngineUnavailable(reason) if reason in _PASSING else Unusable(f"failed:{reason}")
    if reply.ended == "incomplete":
        raise CutOff() if reason == CUT_OFF else Unusable(f"incomplete:{reason}")
    if reply.ended == "other":
        raise Unusable(f"status:{reason}")


def _objects_in(text: str) -> Iterator[str]:
    """Yield the text itself, then the object inside fences or after thoughts, as servers write that hold the model to no schema."""
    yield text
    said = text.rpartition(_END_OF_THOUGHT)[2]
    inside = said[said.find("{") : said.rfind("}") + 1]
    if inside and inside != text:
        yield inside


def _problems(error: ValidationError) -> str:
    found = [f"{'.'.join(str(step) for step in e['loc']) or 'the object'}: {e['type']}" for e in error.errors()[:PROBLEMS_NAMED]]
    return "; ".join(found)
