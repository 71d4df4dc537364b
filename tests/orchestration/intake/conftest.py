"""The tests here that keep state run on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.support.postgres import EITHER


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", EITHER, indirect=True)
