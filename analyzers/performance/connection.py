"""Classify the quality of the connection into four categories (spec 1.6, 6.1; contract: connection category)."""

from __future__ import annotations

from typing import Literal

from analyzers.availability import Availability
from analyzers.targets import ConnectionLimits
from contract.document.session import Connection

Category = Literal["Excellent", "Good", "Fair", "Poor"]


class ConnectionQuality(Availability):
    """Holds packet loss in percent and jitter in milliseconds.

    Without both there is no category: unknown is not Poor.
    """

    category: Category | None
    packet_loss: float | None
    jitter: float | None
    bandwidth_in: int | None
    bandwidth_out: int | None


def connection_quality(connection: Connection, limits: ConnectionLimits) -> ConnectionQuality:
    category = _category(connection.packet_loss, connection.jitter, limits)
    return ConnectionQuality(
        status="ok" if category else "unavailable",
        reason=None if category else "not_measured",
        category=category,
        packet_loss=connection.packet_loss,
        jitter=connection.jitter,
        bandwidth_in=connection.bandwidth_in,
        bandwidth_out=connection.bandwidth_out,
    )


def _category(loss: float | None, jitter: float | None, limits: ConnectionLimits) -> Category | None:
    if loss is None or jitter is None:
        return None
    if loss < limits.excellent.packet_loss and jitter < limits.excellent.jitter:
        return "Excellent"
    if loss < limits.good.packet_loss and jitter < limits.good.jitter:
        return "Good"
    return "Fair" if loss < limits.fair.packet_loss and jitter < limits.fair.jitter else "Poor"
