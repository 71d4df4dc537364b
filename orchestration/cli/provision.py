"""``voice provision``: what the platform needs elsewhere is put there."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.failures import PermanentFailure
from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_table

provision = typer.Typer(no_args_is_help=True)


@provision.callback()
def _main() -> None:
    """Create or change what the platform needs in other systems."""


@provision.command()
def salesforce(
    target_org: Annotated[str | None, typer.Option("--target-org", help="Alias or user name known to the sf command.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Let the org validate everything and keep nothing.")] = False,
) -> None:
    """Deploy the fields, the object, its layout and the permission sets, and give the integration user its own."""
    from orchestration.destinations.salesforce.provisioning import assign_permission_set, deploy

    deployed = deploy(target_org, dry_run=dry_run)
    if deployed.problems:
        print_table("Refused by the org", ("problem",), [(problem,) for problem in deployed.problems])
        raise PermanentFailure(f"{len(deployed.problems)} components were refused.", "Put them right, then run it again.")
    CONSOLE.print(f"{deployed.components} components {'are valid' if dry_run else 'deployed'}.", markup=False)
    username = load_settings().salesforce_username
    if username and not dry_run:
        assign_permission_set(username, target_org)
        CONSOLE.print("The integration user has the permission set Voice_Integration.", markup=False)
