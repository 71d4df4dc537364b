"""Write dbt's documentation of the warehouse as one page: ``python -m orchestration.warehouse.docs`` prints its path."""

from __future__ import annotations

from pathlib import Path

from contract.platform.failures import PermanentFailure
from contract.platform.settings import Settings, load_settings
from orchestration.warehouse.build import close_dbt
from orchestration.warehouse.environment import build_environment, environment
from orchestration.warehouse.lock import warehouse_lock
from orchestration.warehouse.project import dbt_arguments


def write_docs(settings: Settings) -> Path:
    """Write models, columns, tests and lineage to ``$VOICE_HOME/warehouse/docs/static_index.html``; return its path.

    Raises ``PermanentFailure`` when dbt fails, as it does without a built warehouse.
    """
    from dbt.cli.main import dbtRunner

    folder = settings.warehouse_path.parent / "docs"
    with warehouse_lock(settings), environment(build_environment(settings)):
        try:
            outcome = dbtRunner().invoke(["docs", "generate", "--static", *dbt_arguments(folder)])
        finally:
            close_dbt()
    if not outcome.success:
        raise PermanentFailure("dbt could not write its documentation, which needs a built warehouse.", "Run 'voice run' first.")
    return folder / "static_index.html"


if __name__ == "__main__":
    print(write_docs(load_settings()))
