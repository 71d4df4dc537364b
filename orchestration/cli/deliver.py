"""Run ``voice deliver``: put existing session documents into the store, as the agent does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from contract.document.delivery import Delivery, DeliveryOutcome
from contract.platform.settings import load_settings
from contract.platform.store import Store
from orchestration.cli.output import print_json, print_table, progress

NOT_DELIVERED = (DeliveryOutcome.UNKEYABLE, DeliveryOutcome.REJECTED, DeliveryOutcome.COLLISION, DeliveryOutcome.UNREADABLE)
_FACTS = ("source", "outcome", "key", "session_id", "reason", "detail")


def deliver(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders of .json and .json.gz documents, older or current.", exists=True)
    ],
    json: Annotated[bool, typer.Option("--json", help="Print the outcome of each file as JSON.")] = False,
) -> None:
    """Put session documents into the store. Documents without a key are quarantined with a reason; nothing is dropped."""
    from contract.document.delivery import deliver_paths
    from contract.document.history import deliver_history

    settings = load_settings()
    store = Store(settings.store_uri)
    outcomes: Counter[str] = Counter()
    bad: list[tuple[str, str, str]] = []
    with progress({"deliver": "Delivering"}) as advance:
        for delivery in deliver_paths(store, paths, now=settings.clock()):
            outcomes[delivery.outcome] += 1
            advance("deliver", 1, None)
            if delivery.outcome in NOT_DELIVERED:
                bad.append((delivery.source or "", delivery.outcome, why(delivery)))
            if json:
                print_json({name: getattr(delivery, name) for name in _FACTS})
    kept = deliver_history(store, paths)
    if not json:
        print_table(f"{outcomes.total()} files", ("outcome", "documents"), sorted(outcomes.items()))
        if kept:
            print_table(f"{len(kept)} history files kept beside them", ("key",), [(key,) for key in kept])
        if bad:
            print_table(f"{len(bad)} files are no usable calls", ("file", "outcome", "why"), bad)


def why(delivery: Delivery) -> str:
    """Return the reason and the detail of a file that is no usable call."""
    return ": ".join(filter(None, (delivery.reason, delivery.detail))) or "another call has this session id"
