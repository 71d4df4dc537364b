"""Deploy ``salesforce/force-app`` with the vendor's ``sf`` command, and compare a live org with the declared fields."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.settings import PROJECT_ROOT
from orchestration.destinations.salesforce.fields import CustomField
from orchestration.destinations.salesforce.permission_sets import INTEGRATION
from orchestration.destinations.vendor import Provisioned

_PROJECT = PROJECT_ROOT / "salesforce"
_TYPES = {
    **{"Number": "double", "Text": "string", "LongTextArea": "textarea", "Html": "textarea", "Url": "url", "DateTime": "datetime"},
    **{"Picklist": "picklist", "MultiselectPicklist": "multipicklist", "Lookup": "reference", "Formula": "string"},
}
"""Types of the Metadata API by the names a describe uses."""


def deploy(target_org: str | None, *, dry_run: bool) -> Provisioned:
    """Deploy fields, object, layout, tab and permission sets; with ``dry_run`` the org validates them and saves nothing.

    Raises ``ConfigurationFailure`` when ``sf`` is not installed; refused components are ``problems`` of the result.
    """
    options = ["--dry-run"] if dry_run else []
    answer = _sf("project", "deploy", "start", "--source-dir", "force-app", *options, target_org=target_org)
    result: Mapping[str, Any] = answer.get("result") or {}
    details: Mapping[str, Any] = result.get("details") or {}
    problems = [f"{failure.get('fullName')}: {failure.get('problem')}" for failure in _listed(details.get("componentFailures"))]
    if not problems and answer.get("status") not in (0, None):
        problems = [str(answer.get("message") or "The deployment failed.")]
    return Provisioned(int(result.get("numberComponentsDeployed") or 0), problems)


def assign_permission_set(username: str, target_org: str | None) -> None:
    """Assign the integration user its permission set, if not yet assigned; raises ``PermanentFailure`` when refused."""
    answer = _sf("org", "assign", "permset", "--name", INTEGRATION, "--on-behalf-of", username, target_org=target_org)
    if answer.get("status") and "Duplicate" not in str(answer):
        raise PermanentFailure(f"The permission set {INTEGRATION} was not assigned.", "Assign it in Setup, Permission Sets.")


def differences(sobject: str, described: Mapping[str, Any], fields: Sequence[CustomField]) -> Iterator[str]:
    """Yield the differences from the declared fields: missing, of another type, too short, without a value, not writable."""
    there = {field["name"]: field for field in described["fields"]}
    for field in fields:
        found = there.get(field.api_name)
        name = f"{sobject}.{field.api_name}"
        if found is None:
            yield f"{name} is missing, or the integration user may not see it"
            continue
        if found["type"].lower() not in (_TYPES[field.type], field.type.lower()):
            yield f"{name} is of type {found['type']}"
        if field.length and int(found.get("length") or 0) < field.length:
            yield f"{name} holds {found.get('length')} characters instead of {field.length}"
        values = {value["value"] for value in found.get("picklistValues") or () if value.get("active", True)}
        if missing := [value for value in field.values if value not in values]:
            yield f"{name} lacks {len(missing)} values, such as {missing[0]}"
        if field.type != "Formula" and not found.get("updateable", True) and not field.required:
            yield f"{name} cannot be written by the integration user"


def _listed(found: Any) -> Sequence[Mapping[str, Any]]:
    """Return entries as a list: the command converts XML, so one entry is an object, several are a list, none is absent."""
    if not found:
        return []
    return found if isinstance(found, list) else [found]


def _sf(*command: str, target_org: str | None) -> Mapping[str, Any]:
    """Run the command and return its JSON, whatever its exit status."""
    path = shutil.which("sf")
    if path is None:
        raise ConfigurationFailure("The Salesforce CLI (sf) is not installed.", "Install it: npm install --global @salesforce/cli.")
    org = ["--target-org", target_org] if target_org else []
    done = subprocess.run([path, *command, *org, "--json"], cwd=_PROJECT, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        return orjson.loads(done.stdout)
    except orjson.JSONDecodeError:
        raise PermanentFailure(
            f"sf {command[0]} {command[1]} ended with status {done.returncode} without readable output.",
            "Run it in the folder salesforce/ to see why; 'sf org login web' signs in.",
        ) from None
