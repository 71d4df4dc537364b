"""A mail server for each test."""

from collections.abc import Iterator

import pytest

from tests.support.mail_server import Inbox, mail_server


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as inbox:
        yield inbox
