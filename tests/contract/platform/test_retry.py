"""Retries of every caller: how often, how long between, and when to give up. Waits are noted, never slept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from contract.platform.failures import TransientFailure
from contract.platform.retry import RetryAfterRule, RetryPolicy, acall_with_retry, call_with_retry, http_date, retry_after
from orchestration.delivery.failures import RETRY_POLICY, DestinationUnavailable, QuotaExceeded, is_worth_retrying

NOW = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


class Busy(TransientFailure):
    def __init__(self, asked: float | None = None) -> None:
        super().__init__("Busy.", "Later.")
        self.retry_after = asked


class Service:
    """Fails with each of ``failures`` in turn, then answers; ``waits`` are the seconds its caller wanted to sleep."""

    def __init__(self, *failures: Exception, seconds_per_try: float = 0.0) -> None:
        self._failures = list(failures)
        self._seconds_per_try = seconds_per_try
        self.tries, self.now = 0, 0.0
        self.waits: list[float] = []

    def send(self) -> str:
        self.tries += 1
        self.now += self._seconds_per_try
        if self._failures:
            raise self._failures.pop(0)
        return "answer"

    async def asend(self) -> str:
        return self.send()

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def called(self, policy: RetryPolicy, chance: float = 0.0) -> str:
        return call_with_retry(self.send, policy, _is_busy, sleep=self.sleep, clock=lambda: self.now, chance=lambda: chance)


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, Busy)


def test_three_more_tries_after_one_two_and_four_seconds():
    service = Service(*[Busy() for _ in range(9)])
    with pytest.raises(Busy):
        service.called(RetryPolicy())
    assert (service.tries, service.waits) == (4, [1, 2, 4])


def test_a_coroutine_is_tried_by_the_same_rules():
    service = Service(Busy(), Busy(7))
    answer = acall_with_retry(service.asend, RetryPolicy(), _is_busy, sleep=service.asleep, clock=lambda: service.now)
    assert asyncio.run(answer) == "answer"
    assert service.waits == [1, 7]


def test_what_is_not_worth_retrying_is_raised_at_once():
    service = Service(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        service.called(RetryPolicy())
    assert (service.tries, service.waits) == (1, [])


def test_jitter_is_added_and_full_jitter_shrinks_the_wait():
    assert [RetryPolicy(jitter=0.5).wait(attempt, None, 1.0) for attempt in (1, 2, 3, 4)] == [1.5, 2.5, 4.5, 4.5]
    assert [RetryPolicy(full_jitter=True, longest_wait=30).wait(attempt, None, 0.5) for attempt in (1, 2, 6)] == [0.5, 1.0, 15.0]


@pytest.mark.parametrize(
    ("rule", "asked", "waits"),
    [
        (RetryAfterRule.REPLACES, 0.5, 0.5),
        (RetryAfterRule.REPLACES, 7.0, 7.0),
        (RetryAfterRule.AT_LEAST, 0.5, 1.0),
        (RetryAfterRule.AT_LEAST, 7.0, 7.0),
        (RetryAfterRule.ADDED, 7.0, 8.0),
    ],
)
def test_what_the_vendor_asks_for_combines_by_the_callers_rule(rule: RetryAfterRule, asked: float, waits: float):
    assert RetryPolicy(retry_after_rule=rule).wait(1, asked, 0.0) == waits


def test_a_vendor_that_asks_for_too_long_is_not_waited_for():
    service = Service(Busy(60), Busy(61))
    with pytest.raises(Busy):
        service.called(RetryPolicy(max_retry_after=60))
    assert service.waits == [60]


def test_no_try_begins_after_the_total():
    service = Service(*[Busy() for _ in range(9)], seconds_per_try=1.0)
    with pytest.raises(Busy):
        service.called(RetryPolicy(total=6.0))
    assert service.waits == [1, 2]
    service = Service(Busy(8))
    with pytest.raises(Busy):
        service.called(RetryPolicy(total=8.0))
    assert service.waits == []


def test_both_forms_of_retry_after_are_read():
    assert (retry_after("17", NOW), retry_after(" 17 ", None)) == (17, 17)
    assert retry_after("Fri, 20 Nov 2026 15:04:35 GMT", NOW) == 30
    assert retry_after("Fri, 20 Nov 2015 15:04:35 GMT", NOW) == 0
    assert (retry_after("soon", NOW), retry_after(None, NOW), retry_after("", NOW)) == (None, None, None)
    assert retry_after("Fri, 20 Nov 2026 15:04:35 GMT", http_date(None)) is None
    assert retry_after("Fri, 20 Nov 2026 15:04:35 GMT", http_date("Fri, 20 Nov 2026 15:04:05 -0000")) == 30


def test_a_destination_is_left_for_the_next_run_when_waiting_is_no_use():
    def tries(failure: DestinationUnavailable) -> list[int]:
        waits: list[float] = []
        service = Service(*[failure for _ in range(9)])
        with pytest.raises(DestinationUnavailable):
            call_with_retry(service.send, RETRY_POLICY, is_worth_retrying, sleep=waits.append)
        return [int(seconds) for seconds in waits]

    assert tries(DestinationUnavailable("Away.", "Later.")) == [1, 2, 4]
    assert tries(DestinationUnavailable("Busy.", "Later.", retry_after=3600)) == []
    assert tries(QuotaExceeded("Spent.", "Tomorrow.")) == []
