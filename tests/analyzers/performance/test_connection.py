"""The line's category needs loss and jitter both below a limit (contract: connection category)."""

from __future__ import annotations

import pytest

from analyzers.performance import performance
from tests.analyzers.recorded_calls import REFERENCE, recorded_call


@pytest.mark.parametrize(
    ("loss", "jitter", "category"),
    [
        (0.49, 14.9, "Excellent"),
        (0.5, 14, "Good"),
        (0.2, 15, "Good"),
        (0.99, 29, "Good"),
        (1.0, 10, "Fair"),
        (0.1, 30, "Fair"),
        (2.99, 49, "Fair"),
        (3.0, 5, "Poor"),
        (0.0, 50, "Poor"),
        (0, 0, "Excellent"),
        (None, 5, None),
        (0.1, None, None),
    ],
)
def test_category_by_packet_loss_and_jitter(loss: float | None, jitter: float | None, category: str | None) -> None:
    connection = performance(recorded_call(connection={"packet_loss": loss, "jitter": jitter}), REFERENCE).connection
    assert (connection.category, connection.status) == (category, "ok" if category else "unavailable")
