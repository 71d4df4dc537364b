"""Run ``voice provision``: create what the platform needs in other systems."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_table

provision = typer.Typer(no_args_is_help=True)


@provision.callback()
def _main() -> None:
    """Create or change what the platform needs in other systems."""


@provision.command()
def salesforce(
    target_org: Annotated[str | None, typer.Option("--target-org", help="Alias or user name known to the sf command.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Let the org validate everything without saving it.")] = False,
) -> None:
    """Deploy fields, object, layout and permission sets, and assign the integration user its permission set."""
    _provision("salesforce", target_org, dry_run)


@provision.command()
def aws(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be created or changed, and change nothing.")] = False,
) -> None:
    """Create the bucket of VOICE_STORE, two FIFO queues and three policies, or bring them into the state that is wanted."""
    from orchestration.aws.provisioning import provision_aws

    done = provision_aws(load_settings(), dry_run=dry_run)
    if done.steps:
        print_table("Would be done" if dry_run else "Done", ("resource", "change"), done.steps)
    else:
        CONSOLE.print("Everything is as it should be: nothing to change.", markup=False)
    if done.queue_url:
        CONSOLE.print(f"Set VOICE_QUEUE_URL={done.queue_url}", markup=False, soft_wrap=True)
    CONSOLE.print(
        "Attach voice-agent to the agent's role, voice-pipeline to the pipeline's, voice-reader to readers.", markup=False
    )


def _provision(name: str, target: str | None, dry_run: bool) -> None:
    from orchestration.destinations.registry import vendor_named
    from orchestration.resources import Platform

    provision_vendor = vendor_named(name).provision
    if provision_vendor is None:
        raise ConfigurationFailure(f"There is nothing to provision for {name}.", "See 'voice provision --help'.")
    done = provision_vendor(Platform(load_settings()), target, dry_run)
    if done.problems:
        print_table("Refused", ("problem",), [(problem,) for problem in done.problems])
        raise PermanentFailure(f"{len(done.problems)} components were refused.", "Fix them, then run the command again.")
    CONSOLE.print(f"{done.components} components {'are valid' if dry_run else 'deployed'}.", markup=False)
    for note in done.notes:
        CONSOLE.print(note, markup=False)
