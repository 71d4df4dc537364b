"""Run ``voice provision``: create what the platform needs in other systems."""

from __future__ import annotations

from pathlib import Path
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


@provision.command()
def metabase(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be created or changed, and change nothing.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over what somebody changed in Metabase, too.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write files in Metabase's representation format here instead, without a network.")
    ] = None,
) -> None:
    """Build the dashboards in Metabase, with a connection, collection and group for each role, or bring them up to date."""
    from contract.platform.settings import settings_or_failure
    from orchestration.metabase.cards import CardLinks
    from orchestration.metabase.provisioning import provision_metabase
    from orchestration.metabase.representation import write_representation
    from orchestration.metabase.settings import MetabaseSettings
    from orchestration.web.settings import WebSettings

    settings = load_settings()
    links = CardLinks(settings.base_url, settings_or_failure(WebSettings).content_board)
    if out is not None:
        CONSOLE.print(f"{write_representation(settings, links, out)} files written.", markup=False)
        return
    done = provision_metabase(settings, settings_or_failure(MetabaseSettings), links, dry_run=dry_run, overwrite=overwrite)
    if done.steps:
        print_table("Would be done" if dry_run else "Done", ("resource", "change"), done.steps)
    else:
        CONSOLE.print("Everything is as it should be: nothing to change.", markup=False)
    if done.kept:
        print_table("Changed in Metabase, left alone", ("resource and what differs",), [(kept,) for kept in done.kept])
        CONSOLE.print("Use --overwrite to write over it; Metabase keeps earlier versions in the history of each.", markup=False)


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
