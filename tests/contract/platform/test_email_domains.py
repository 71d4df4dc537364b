"""The company of an address is its domain, unless everybody can have an address there."""

from __future__ import annotations

import pytest

from contract.platform.email_domains import company_domain


@pytest.mark.parametrize(
    ("address", "company"),
    [("dana@Acme.example", "acme.example"), ("dana@gmail.com", None), ("", None), (None, None)],
)
def test_the_company_of_an_address(address: str | None, company: str | None):
    assert company_domain(address) == company
