"""The page of destinations shows what is sent, and every test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

from contract.reference import Reference
from orchestration.destinations.documentation import PAGE, amplitude_rows, salesforce_rows, with_tables
from tests.orchestration.destinations.amplitude import test_properties
from tests.orchestration.destinations.salesforce import test_fields


def test_the_tables_are_up_to_date():
    """Write them anew with ``python -m orchestration.destinations.documentation``."""
    page = Path(PAGE).read_text(encoding="utf-8")
    assert page == with_tables(page, Reference())


def test_every_test_it_names_exists():
    cases = {f"test_field[{name}]" for name in test_fields.EXPECTED}
    cases |= {f"test_property[{event}-{name}]" for event, names in test_properties.EXPECTED.items() for name in names}
    for row in (*salesforce_rows(Reference()), *amplitude_rows()):
        function = re.sub(r"\[.*", "", row.test)
        assert row.test in cases if "[" in row.test else hasattr(test_fields, function), row
