"""What goes wrong with the connection: who is told to try again, who to correct a setting, and nobody sees the address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg2
import pytest
from pydantic import SecretStr

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.settings import Settings
from orchestration.postgres.connection import serving_connection
from orchestration.postgres.serve import serve
from orchestration.postgres_server import is_passing


@dataclass
class Unready:
    """A server on loopback that hangs up on everybody."""

    socket: socket.socket
    visits: list[object] = field(default_factory=list[object])

    def hang_up(self) -> None:
        while True:
            try:
                visitor, address = self.socket.accept()
            except OSError:
                return
            self.visits.append(address)
            visitor.close()


@pytest.fixture
def unready() -> Iterator[Unready]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Unready(listening)
        threading.Thread(target=server.hang_up, daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


def test_a_server_that_is_not_ready_is_tried_four_times(published: Settings, unready: Unready):
    port = unready.socket.getsockname()[1]
    url = f"postgresql://u:secret@127.0.0.1:{port}/voice?sslmode=disable&gssencmode=disable"
    settings, waits = published.model_copy(update={"serving_url": SecretStr(url)}), list[float]()
    with pytest.raises(TransientFailure) as caught, serving_connection(settings, waits.append):
        pass
    assert (len(unready.visits), waits) == (4, [1, 2, 4])
    assert not any(told in str(caught.value) for told in ("secret", "127.0.0.1", str(port)))


@pytest.mark.parametrize(("right", "wrong"), [("/voice_", "/no_such_"), ("postgres:@", "nobody:secret@")])
def test_a_wrong_database_or_user_is_a_setting_to_correct(published: Settings, right: str, wrong: str):
    assert published.serving_url is not None
    url = SecretStr(published.serving_url.get_secret_value().replace(right, wrong))
    with pytest.raises(ConfigurationFailure, match="VOICE_SERVING_URL") as caught:
        serve(published.model_copy(update={"serving_url": url}))
    assert not any(told in str(caught.value) for told in ("secret", "nobody", "no_such"))


@pytest.mark.parametrize("url", ["mysql://u:secret@host/x", "postgresql://u:secret@host:port/x", "secret"])
def test_what_is_no_address_is_a_setting_to_correct(published: Settings, url: str):
    with pytest.raises(ConfigurationFailure, match="VOICE_SERVING_URL") as caught:
        serve(published.model_copy(update={"serving_url": SecretStr(url)}))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("sql", "passing"),
    [
        ("select pg_terminate_backend(pg_backend_pid())", True),
        ("set statement_timeout = 1; select pg_sleep(5)", True),
        ("select to_tsvector(string_agg(md5(n::text), ' ')) from generate_series(1, 50000) as n", False),
        ("select 1 / 0", False),
    ],
)
def test_only_what_may_pass_is_tried_again(published: Settings, sql: str, passing: bool):
    with serving_connection(published) as connection, pytest.raises(psycopg2.Error) as caught:
        connection.cursor().execute(sql)
    assert is_passing(caught.value) == passing
