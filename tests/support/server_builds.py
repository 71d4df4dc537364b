"""Build the servers of ``servers/`` from their package registries, once for each version of their lock file.

A Go server is a folder with ``go.mod``, ``go.sum`` and a tool line; a Java server is a ``pom.xml`` whose dependencies Maven copies.
Builds lie in the user's cache folder, named by a hash of ``go.sum`` or of the pom. Run as a command, it builds what is named.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from contract.platform.settings import PROJECT_ROOT

SERVERS = PROJECT_ROOT / "servers"
_HASH_CHARACTERS = 16
"""Characters of the hash in a folder's name: 64 bits tell any two lock files apart."""
_SHOWN_CHARACTERS = 3000
"""Characters of a failed build's output that are shown: its end names the error."""


class ServerMissing(RuntimeError):
    """Report that a real server cannot be built here, and what to install; tests with real servers fail with it, never skip."""


@dataclass(frozen=True, slots=True)
class GoServer:
    """Name a Go server: its folder under ``servers/`` and the package of its tool line."""

    name: str
    package: str

    @property
    def lock(self) -> Path:
        return SERVERS / self.name / "go.sum"

    def build_into(self, folder: Path) -> None:
        """Compile one static binary, named like the server; versions are those of ``go.mod`` and ``go.sum``."""
        go = _program("go", f"Go of the version that servers/{self.name}/go.mod names, or newer")
        command = [go, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", str(folder / self.name), self.package]
        _run(self.name, command, SERVERS / self.name, {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"})


@dataclass(frozen=True, slots=True)
class JavaServer:
    """Name a Java server: its folder under ``servers/``, which holds a pom."""

    name: str

    @property
    def lock(self) -> Path:
        return SERVERS / self.name / "pom.xml"

    def build_into(self, folder: Path) -> None:
        """Copy the server and what it needs, as jar files."""
        _program("java", "a Java runtime, 17 or newer (on Debian: default-jre-headless)")
        maven = _program("mvn", "Maven (on Debian: maven)")
        command = [maven, "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
        _run(self.name, command, SERVERS / self.name, {})


Server = GoServer | JavaServer
LIVEKIT = GoServer("livekit", "github.com/livekit/livekit-server/cmd/server")
SEAWEEDFS = GoServer("seaweedfs", "github.com/seaweedfs/seaweedfs/weed")
ELASTICMQ = JavaServer("elasticmq")
ALL: Sequence[Server] = (LIVEKIT, ELASTICMQ, SEAWEEDFS)


def built(server: Server) -> Path:
    """Return the folder with the built server, after building it when this version was not built yet.

    A build is moved into place when it is whole, and two processes never build the same one at once. Raises ``ServerMissing``.
    """
    folder = _cache() / f"{server.name}-{sha256(server.lock.read_bytes()).hexdigest()[:_HASH_CHARACTERS]}"
    if folder.is_dir():
        return folder
    with _turn(folder.with_suffix(".lock")):
        if not folder.is_dir():
            _build(server.build_into, folder)
    return folder


def _build(build_into: Callable[[Path], None], folder: Path) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        build_into(fresh)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _cache() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "voice-servers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _turn(lock: Path) -> Generator[None]:
    with lock.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _program(name: str, what: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ServerMissing(f"The program {name} is missing, and tests with real servers need it. Install {what}.")
    return found


def _run(name: str, command: Sequence[str], folder: Path, variables: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    if done.returncode:
        told = (done.stdout + done.stderr)[-_SHOWN_CHARACTERS:]
        raise ServerMissing(f"The server {name} cannot be built from servers/{name}. The last it said:\n{told}")


def main() -> None:
    """Build every server, and print where each lies and how many seconds that took."""
    for server in ALL:
        began = time.monotonic()
        try:
            folder = built(server)
        except ServerMissing as missing:
            sys.exit(str(missing))
        print(f"{server.name}: {folder} ({time.monotonic() - began:.0f} s)")


if __name__ == "__main__":
    main()
