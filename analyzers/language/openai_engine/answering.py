"""From a response of the service to an ``Answer``: refusals, cut-off and failed responses, and malformed JSON told apart."""

from __future__ import annotations

from openai.types.responses import Response
from pydantic import ValidationError

from analyzers.language.openai_engine.answer import Answer
from analyzers.language.openai_engine.failures import EngineUnavailable, Unusable, code

_PASSING = frozenset({"server_error", "rate_limit_exceeded"})
PROBLEMS_NAMED = 5  # validation problems quoted in the request for a repaired answer: enough to correct all of one kind


class Malformed(Unusable):
    """Text that is no ``Answer``. ``problems`` names places and kinds, never what was said; ``text`` is the answer itself."""

    def __init__(self, text: str, problems: str) -> None:
        super().__init__("malformed")
        self.text = text
        self.problems = problems


def answer_in(response: Response) -> Answer:
    """Raise ``Unusable`` for a refusal or a cut response, ``Malformed`` for text that does not fit, ``EngineUnavailable``."""
    _must_be_complete(response)
    text = _text_of(response)
    try:
        return Answer.model_validate_json(text)
    except ValidationError as error:
        raise Malformed(text, _problems(error)) from None


def _must_be_complete(response: Response) -> None:
    if response.status == "failed" or response.error is not None:
        reason = code(response.error.code if response.error else None)
        raise EngineUnavailable(reason) if reason in _PASSING else Unusable(f"failed:{reason}")
    if response.status == "incomplete":
        raise Unusable(f"incomplete:{code(response.incomplete_details.reason if response.incomplete_details else None)}")
    if response.status not in ("completed", None):
        raise Unusable(f"status:{code(response.status)}")


def _text_of(response: Response) -> str:
    texts: list[str] = []
    for output in response.output or ():
        if output.type != "message":
            continue
        for part in output.content or ():
            if part.type == "refusal":
                raise Unusable("refusal")
            if part.type == "output_text":
                texts.append(part.text)
    return "".join(texts)


def _problems(error: ValidationError) -> str:
    found = [f"{'.'.join(str(step) for step in e['loc']) or 'the object'}: {e['type']}" for e in error.errors()[:PROBLEMS_NAMED]]
    return "; ".join(found)
