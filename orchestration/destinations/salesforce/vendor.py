"""Register Salesforce; heavy modules are imported when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.delivery.destination import AnyDestination
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.destinations.vendor import Provisioned, Vendor
from orchestration.diagnosis import Diagnosis
from orchestration.resources import Platform


def _make(platform: Platform, dry_run: bool) -> AnyDestination:
    from orchestration.destinations.salesforce.destination import salesforce

    return salesforce(platform, dry_run=dry_run)


def _check(platform: Platform) -> Iterator[Diagnosis]:
    """Sign in, and compare the org with the declared fields."""
    from orchestration.destinations.salesforce.destination import salesforce_client
    from orchestration.destinations.salesforce.fields import SalesforceFields
    from orchestration.destinations.salesforce.provisioning import differences

    client = salesforce_client(platform)
    declared = platform.reference.table(SalesforceFields).by_object
    wrong = [line for name, fields in declared.items() for line in differences(name, client.describe(name), fields)]
    left = client.limits()["DailyApiRequests"]["Remaining"]
    found = f"{len(wrong)} differences: {'; '.join(wrong[:3])}" if wrong else f"no field is missing; {left} requests left today"
    yield Diagnosis("salesforce", not wrong, found, "Run 'voice provision salesforce'." if wrong else None)


def _provision(platform: Platform, target: str | None, dry_run: bool) -> Provisioned:
    """Deploy the fields, the object, its layout and the permission sets, and assign one to the integration user."""
    from orchestration.destinations.salesforce.provisioning import assign_permission_set, deploy

    deployed = deploy(target, dry_run=dry_run)
    username = platform.settings_of(SalesforceSettings).username
    if deployed.problems or dry_run or not username:
        return deployed
    assign_permission_set(username, target)
    return Provisioned(deployed.components, notes=["The integration user has the permission set Voice_Integration."])


SALESFORCE = Vendor("salesforce", "Salesforce", SalesforceSettings, _make, check=_check, provision=_provision)
