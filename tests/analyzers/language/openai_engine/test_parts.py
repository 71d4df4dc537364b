"""An answer that is cut off is asked for in parts, each with the whole call before it, and put together by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from analyzers.language.annotations import SpanType
from analyzers.language.openai_engine.parts import smaller_parts
from tests.analyzers.language.openai_engine.engines import Bench
from tests.analyzers.language.openai_engine.model import answer, fact, lines_of
from tests.fakes.openai_api import FakeOpenAI

LONG = [text for n in range(1000) for text in ("And then?", f"we are {n} people")]
ROOM = 120
"""Lines that the model of these tests answers for without being cut off."""


def asked_for(body: dict[str, Any]) -> range:
    """The lines that a request is for, as its last message says; all of them without one."""
    found = re.search(r"utterances (\d+) to (\d+) alone", body["input"][-1]["content"])
    return range(int(found[1]), int(found[2]) + 1) if found else range(len(lines_of(body)))


def attentive_to_its_lines(body: dict[str, Any]) -> dict[str, Any]:
    """Finds the people of each line that it is asked for, and claims some of a line that it is not."""
    texts = {line["n"]: line["text"] for line in lines_of(body)}
    said = [(n, n) for n in asked_for(body) if n % 2] + [(1, 7)]
    return answer([fact(n, texts[n], "team_size", value, kind="users", approximate=False) for n, value in said])


class Brief(FakeOpenAI):
    """The service with a model that runs out of tokens when it is asked for many lines."""

    def respond(self, body: dict[str, Any], fault: str | None = None) -> dict[str, Any]:
        return super().respond(body, fault or ("incomplete" if len(asked_for(body)) > ROOM else None))


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, bench: Bench) -> Iterator[FakeOpenAI]:
    with Brief(attentive_to_its_lines) as brief:
        monkeypatch.setenv("OPENAI_BASE_URL", brief.url)
        yield brief


def test_two_thousand_turns_whose_answer_is_cut_off_come_back_whole_in_parts(bench: Bench, service: FakeOpenAI):
    made = bench.annotated(*LONG)
    assert (made.fallback_reason, len(made.utterances)) == (None, 2000)
    values = [span.value for span in made.of_type(SpanType.TEAM_SIZE) if span.item_id != "item_001"]
    assert values == list(range(3, 2000, 2))
    parts = [asked_for(body) for body in service.asked[1:]]
    assert [n for lines in parts for n in lines] == list(range(2000))
    assert made.usage is not None
    assert made.usage.requests == 1 + len(parts) < 25


def test_a_part_counts_for_its_own_lines_alone(bench: Bench, service: FakeOpenAI):
    said = [span.value for span in bench.annotated(*LONG[:300]).of_type(SpanType.TEAM_SIZE) if span.item_id == "item_001"]
    assert sorted(map(int, filter(None, said))) == [1, 7]


def test_parts_share_everything_but_the_last_message_so_that_it_is_cached(bench: Bench, service: FakeOpenAI):
    bench.annotated(*LONG[:300])
    first, *others = service.asked[1:]
    assert others
    for body in others:
        assert (body["instructions"], body["input"][:2], body["prompt_cache_key"]) == (
            first["instructions"],
            first["input"][:2],
            first["prompt_cache_key"],
        )


def test_parts_are_even_and_a_few_lines_are_never_split():
    assert smaller_parts(range(10, 30), 100) == []
    assert smaller_parts(range(10, 60), 100) == [range(10, 35), range(35, 60)]
    many = smaller_parts(range(2000), 123)
    assert [n for part in many for n in part] == list(range(2000))
    assert {len(part) for part in many} == {117, 118}
