"""Fork a process for each run from one that has imported the platform: ``python -m orchestration.defs.warm_worker``.

Dagster's own launcher starts an interpreter for every run, whose imports cost more than a call's analysis. This process reads one
JSON array a line (the arguments of ``dagster api execute_run``), forks, and prints the child's pid. It ends at the end of its
input, while its children go on. It opens no database and starts no thread before a fork: a child shares nothing but memory.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path

import orjson

from contract.platform.garbage_collection import collect_rarely


def main() -> None:
    """Serve forks until the input ends."""
    collect_rarely()
    _import_platform()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets a child that ended; monitoring finds one that died
    for line in sys.stdin.buffer:
        arguments = orjson.loads(line)
        pid = os.fork()
        if pid == 0:
            _run(arguments)
        print(pid, flush=True)


def _import_platform() -> None:
    """Import what a run needs, definitions included; what they opened is closed again."""
    importlib.import_module("dagster._cli.api")
    importlib.import_module("orchestration.definitions").platform.close()


def _run(arguments: list[str]) -> None:
    """Be the process of a run: no more input, children of its own, and an exit that leaves nothing of the parent's to do."""
    from dagster._cli import main as dagster

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.argv = ["dagster", *arguments]
    code = 1
    try:
        dagster()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
