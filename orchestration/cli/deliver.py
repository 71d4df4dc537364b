"""Run ``voice deliver``: put existing session documents into the store, as the agent does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from contract.platform.settings import load_settings
from contract.platform.store import Store
from orchestration.cli.output import print_json, print_table, progress


def deliver(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders of .json and .json.gz documents, older or current.", exists=True)
    ],
    json: Annotated[bool, typer.Option("--json", help="Print the outcome of each file as JSON.")] = False,
) -> None:
    """Put session documents into the store. Documents without a key are quarantined with a reason; nothing is dropped."""
    from contract.document.delivery import deliver_paths

    settings = load_settings()
    store = Store(settings.store_uri)
    outcomes: Counter[str] = Counter()
    with progress({"deliver": "Delivering"}) as advance:
        for delivery in deliver_paths(store, paths, now=settings.clock()):
            outcomes[delivery.outcome] += 1
            advance("deliver", 1, None)
            if json:
                print_json(
                    {"outcome": delivery.outcome, "key": delivery.key, "session_id": delivery.session_id, "reason": delivery.reason}
                )
    if not json:
        print_table(f"{outcomes.total()} documents delivered", ("outcome", "documents"), sorted(outcomes.items()))
