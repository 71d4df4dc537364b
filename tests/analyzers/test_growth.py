"""The time for one call grows with its length and not with its square, whatever the shape of what was said."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from analyzers.call import AnnotatedCall
from analyzers.language.embedded import EmbeddedEngine
from analyzers.reports import analyze
from contract.document.session import SessionDocument
from contract.reference import Reference
from tests.support.documents import START, session

REFERENCE = Reference()
ENGINE = EmbeddedEngine(REFERENCE)
Call = Callable[[int], dict[str, Any]]


def spoken(text: str, size: int) -> dict[str, Any]:
    """A call of one endless utterance of so many kB."""
    return {"transcript": [{"id": "item_000", "role": "user", "text": (text * (size * 1000 // len(text) + 1))[: size * 1000]}]}


def words(number: int) -> str:
    """Six words that no other number has, as many as a real question."""
    digest = sha256(str(number).encode()).hexdigest()
    return " ".join("".join(chr(97 + int(digit, 16)) for digit in digest[at : at + 6]) for at in range(0, 36, 6))


def questions(size: int) -> dict[str, Any]:
    text = " ".join(f"Can it {words(number)}?" for number in range(size * 50))
    return {"transcript": [{"id": "item_000", "role": "user", "text": text}]}


def searches(size: int) -> dict[str, Any]:
    asked = [
        {
            "tool": "unleash_search_knowledge",
            "timestamp": (START + timedelta(seconds=number)).isoformat(),
            "query": words(number),
            "total_results": number % 2,
            "success": True,
        }
        for number in range(size * 50)
    ]
    return {"tool_calls": asked} | questions(size // 4)


def one_promise_again_and_again(size: int) -> dict[str, Any]:
    lines = (("agent", "I will send you the contract by Friday."), ("user", "It is too expensive for us."))
    said = [lines[number % 2] for number in range(size * 10)]
    return {"transcript": [{"id": f"item_{n:05d}", "role": role, "text": text} for n, (role, text) in enumerate(said)]}


def seconds(document: SessionDocument) -> float:
    """CPU time of this process for one call."""
    began = time.process_time()
    analyze(AnnotatedCall(document, ENGINE.annotate([document.transcript])[0]), REFERENCE)
    return time.process_time() - began


@pytest.mark.parametrize(
    ("call", "size"),
    [
        pytest.param(lambda size: spoken("this is great and I love it so much ", size), 20, id="glad without punctuation"),
        pytest.param(lambda size: spoken("great\n", size), 20, id="glad lines"),
        pytest.param(lambda size: spoken("How much is it for our well-known e-sign-", size), 20, id="hyphenated words"),
        pytest.param(lambda size: spoken("Great! " + "state-of-the-art-" * 400 + "? ", size), 20, id="glad hyphenated words"),
        pytest.param(lambda size: spoken("Great, how-much-is-it-", size), 20, id="glad and hyphenated without punctuation"),
        pytest.param(lambda size: spoken("DocuSign ", size), 8, id="names of products"),
        pytest.param(lambda size: spoken("we used DocuSign " + "and then we talked about it " * 30, size), 40, id="few names"),
        pytest.param(lambda size: spoken("twenty one hundred thousand and 5,000 ", size), 10, id="numbers"),
        pytest.param(lambda size: spoken("if I want to cancel my plan ", size), 16, id="cancellations that are supposed"),
        pytest.param(questions, 10, id="unlike questions"),
        pytest.param(searches, 16, id="unlike searches"),
        pytest.param(one_promise_again_and_again, 12, id="one promise again and again"),
    ],
)
def test_four_times_as_much_takes_far_less_than_sixteen_times_as_long(call: Call, size: int):
    """The least of two times is judged, since a busy machine only adds; the long call is timed again only if it took too long."""
    warm, small, large = (SessionDocument.model_validate(session(**call(of))) for of in (1, size, 4 * size))
    seconds(warm)
    allowed = 9 * min(seconds(small) for _ in range(2)) + 0.05
    assert seconds(large) <= allowed or seconds(large) <= allowed
