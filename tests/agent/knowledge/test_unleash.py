import asyncio

import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from agent.knowledge.search import SearchResult
from agent.knowledge.unleash import UnleashKnowledgeBase
from agent.outbound import TimeBounds
from contract.platform.failures import PermanentFailure, TransientFailure
from tests.fakes.unleash import FakeUnleash

HIT = {"title": "Bulk <em>send</em>", "url": "https://help.example/1", "snippet": "One <em>document</em> to many", "resource": {}}


def search(fake: FakeUnleash, bounds: TimeBounds | None = None, key: str = "k-1") -> SearchResult:
    async def run() -> SearchResult:
        server = TestServer(fake.app())
        await server.start_server(shutdown_timeout=0.01)
        try:
            base = UnleashKnowledgeBase(str(server.make_url("/")), SecretStr(key), bounds or TimeBounds(1.0, first_wait=0.01))
            return await base.search("bulk send", "features")
        finally:
            await server.close()

    return asyncio.run(run())


def test_an_answer_is_read_without_its_markup():
    found = search(FakeUnleash([HIT]))
    assert (found.total_results, found.articles[0].title, found.articles[0].text) == (1, "Bulk send", "One document to many")


def test_no_result_is_an_empty_answer_and_no_failure():
    assert search(FakeUnleash([])) == SearchResult((), 0)


@pytest.mark.parametrize("fault", [429, 500, 503])
def test_three_faults_are_borne(fault: int):
    fake = FakeUnleash([HIT])
    fake.faults = [fault] * 3
    assert search(fake).total_results == 1
    assert len(fake.asked) == 4


def test_an_outage_ends_after_four_tries():
    fake = FakeUnleash([HIT])
    fake.faults = [500] * 9
    with pytest.raises(TransientFailure):
        search(fake)
    assert len(fake.asked) == 4


def test_a_slow_answer_is_a_transient_failure():
    fake = FakeUnleash([HIT])
    fake.faults = ["slow"] * 4
    with pytest.raises(TransientFailure, match="in time"):
        search(fake, TimeBounds(0.05, first_wait=0.01))


def test_nobody_waits_longer_than_the_bound_for_what_the_vendor_asks():
    fake = FakeUnleash([HIT])
    fake.faults, fake.retry_after = [429] * 4, "60"
    with pytest.raises(TransientFailure):
        search(fake)
    assert len(fake.asked) == 1


def test_a_refused_key_is_not_tried_again():
    fake = FakeUnleash([HIT])
    with pytest.raises(PermanentFailure):
        search(fake, key="wrong")
    assert len(fake.asked) == 1


def test_a_malformed_answer_is_permanent():
    fake = FakeUnleash([HIT])
    fake.faults = ["malformed"]
    with pytest.raises(PermanentFailure):
        search(fake)
