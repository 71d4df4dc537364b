"""Run real servers on loopback, on free ports, for as long as a ``with`` block lasts: LiveKit, SeaweedFS (S3), ElasticMQ (SQS).

Each writes its log into the folder it is given. A server that does not answer, or ends, raises ``ServerFailed`` with its log's end.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.support.server_builds import ELASTICMQ, LIVEKIT, SEAWEEDFS, built

HOST = "127.0.0.1"
KEY, SECRET = "integration-key", "integration-secret-of-no-account"
"""Credentials of every server here; LiveKit wants a secret of 32 characters."""
REGION = "us-east-1"
_START_SECONDS = 300.0
"""Seconds until a server must answer: Java and SeaweedFS take 5 to 20 on a busy machine of two cores, and 100 on a crowded one."""
_STOP_SECONDS = 20.0
"""Seconds a server may take to end by SIGTERM before it is killed."""
_VOLUMES = 100
"""Volumes of SeaweedFS at most, which grow as they are filled: each bucket takes 7, and 8 in all are allowed unless told."""
_DISCARD_PORT = 9
"""Where nothing answers (RFC 863)."""
_LOOK_SECONDS = 0.1
_SHOWN_CHARACTERS = 3000
"""Characters of a log that are shown when its server failed."""


class ServerFailed(RuntimeError):
    """Report that a server ended or did not answer in time; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: its address and its process."""

    url: str
    process: psutil.Process

    def sockets(self) -> list[tuple[str, str, int]]:
        """Return protocol, address and port of every socket that it or a process of it receives on, by the kernel's table."""
        return sorted(
            {found for process in (self.process, *self.process.children(recursive=True)) for found in _receiving(process)}
        )


def _receiving(process: psutil.Process) -> Generator[tuple[str, str, int]]:
    for found in process.net_connections(kind="inet"):
        if found.status == psutil.CONN_LISTEN:
            yield "tcp", found.laddr.ip, found.laddr.port
        elif found.type == socket.SOCK_DGRAM and not found.raddr:
            yield "udp", found.laddr.ip, found.laddr.port


def free_ports(count: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> list[int]:
    """Return ports of loopback that nothing uses now."""
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.socket(socket.AF_INET, kind)) for _ in range(count)]
        for one in opened:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in opened]


@contextmanager
def program(
    name: str, command: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None, working: Path | None = None
) -> Generator[tuple[psutil.Process, Path]]:
    """Run a program until the block ends, then end it and what it started; yield its process and the file of its output.

    The file is in ``folder``, where it also works unless ``working`` names another folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        started = subprocess.Popen(
            command,
            cwd=working or folder,
            env={**os.environ, **(variables or {})},
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    process = psutil.Process(started.pid)
    try:
        yield process, log
    finally:
        _end(started, process)


def _end(started: subprocess.Popen[bytes], process: psutil.Process) -> None:
    family = [process, *process.children(recursive=True)] if process.is_running() else []
    started.terminate()
    try:
        started.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
    for left in family:
        if left.is_running() and left.pid != started.pid:
            left.kill()


def wait_for(name: str, process: psutil.Process, log: Path, answers: Callable[[], bool], seconds: float = _START_SECONDS) -> None:
    """Wait until ``answers()`` is true; a program that ended, or never answers, raises ``ServerFailed``."""
    until = time.monotonic() + seconds
    while not answers():
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            raise _failed(f"{name} ended", log)
        if time.monotonic() > until:
            raise _failed(f"{name} did not answer in {seconds:g} s", log)
        time.sleep(_LOOK_SECONDS)


def _failed(what: str, log: Path) -> ServerFailed:
    return ServerFailed(f"{what}. Its log ends:\n{log.read_text(errors='replace')[-_SHOWN_CHARACTERS:]}")


def _is_answered(url: str) -> bool:
    """Return whether anything but an error of the server answers there."""
    try:
        return not httpx.get(url, timeout=2).is_server_error
    except httpx.TransportError:
        return False


@contextmanager
def livekit_server(folder: Path, host: str = HOST, interface: str = "lo") -> Generator[Running]:
    """Run a LiveKit server without Redis: signalling and one media port on one address, loopback's unless another is named, no
    public STUN, no TURN.
    """
    binary = built(LIVEKIT) / LIVEKIT.name
    (port,), (media,) = free_ports(1), free_ports(1, socket.SOCK_DGRAM)
    settings = {
        "port": port,
        "bind_addresses": [host],
        "keys": {KEY: SECRET},
        "rtc": {
            "tcp_port": 0,
            "udp_port": media,
            "node_ip": host,
            "use_external_ip": False,
            "enable_loopback_candidate": True,
            "interfaces": {"includes": [interface]},
            # clients are told of public STUN servers unless others are named; here none answers, and none is needed on loopback.
            # It must not be the media port: libwebrtc takes all that a STUN server's address sends for answers to its questions
            "stun_servers": [f"{HOST}:{_DISCARD_PORT}"],
        },
        "logging": {"level": "info"},
    }
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "livekit.json"  # JSON is YAML
    config.write_text(json.dumps(settings))
    with program("livekit", [str(binary), "--config", str(config)], folder) as (process, log):
        wait_for("livekit", process, log, lambda: _is_answered(f"http://{host}:{port}"))
        yield Running(f"ws://{host}:{port}", process)


@contextmanager
def seaweedfs(folder: Path) -> Generator[Running]:
    """Run SeaweedFS with its S3 gateway, which checks signatures against one key."""
    binary = built(SEAWEEDFS) / SEAWEEDFS.name
    services = ("master", "volume", "filer", "s3")
    ports = free_ports(2 * len(services))
    options = [
        option
        for service, port, grpc in zip(services, ports[::2], ports[1::2], strict=True)
        for option in (f"-{service}.port={port}", f"-{service}.port.grpc={grpc}")
    ]
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    keys = folder / "s3.json"
    identity = {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    keys.write_text(json.dumps({"identities": [identity]}))
    options += [f"-dir={data}", f"-ip={HOST}", f"-ip.bind={HOST}", f"-volume.max={_VOLUMES}", "-s3", f"-s3.config={keys}"]
    command = [str(binary), "server", *options]
    url = f"http://{HOST}:{ports[2 * services.index('s3')]}"
    with program("seaweedfs", command, folder) as (process, log):
        wait_for("seaweedfs", process, log, lambda: _is_answered(f"{url}/healthz"))
        yield Running(url, process)


@contextmanager
def elasticmq(folder: Path) -> Generator[Running]:
    """Run ElasticMQ with its SQS interface alone."""
    jars = built(ELASTICMQ)
    (port,) = free_ports(1)
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "elasticmq.conf"
    config.write_text(
        'include classpath("application.conf")\n'
        f'node-address {{ protocol = http, host = "{HOST}", port = {port}, context-path = "" }}\n'
        f'rest-sqs {{ enabled = true, bind-hostname = "{HOST}", bind-port = {port}, sqs-limits = strict }}\n'
        "rest-stats { enabled = false }\n"
    )
    command = ["java", "-Xmx256m", f"-Dconfig.file={config}", "-cp", f"{jars}/*", "org.elasticmq.server.Main"]
    url = f"http://{HOST}:{port}"
    with program("elasticmq", command, folder) as (process, log):
        wait_for("elasticmq", process, log, lambda: _is_answered(f"{url}/?Action=ListQueues"))
        yield Running(url, process)
