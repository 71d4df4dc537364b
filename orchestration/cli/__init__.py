"""Run the ``voice`` command. Exit status: 0 done, 1 failed, 2 wrong usage or configuration. Every error says what to do."""

from __future__ import annotations

import errno
import sys

from contract.platform.failures import ConfigurationFailure, VoiceError, disk_full, failure_of_system
from contract.platform.garbage_collection import collect_rarely
from orchestration.cli.commands import commands
from orchestration.cli.output import print_error


def app() -> None:
    """Run the command line; a ``VoiceError`` or an ``OSError`` is printed as a problem and a remedy instead of a traceback."""
    collect_rarely()
    try:
        commands()
    except ConfigurationFailure as failure:
        print_error(failure)
        sys.exit(2)
    except VoiceError as failure:
        print_error(failure)
        sys.exit(1)
    except BrokenPipeError:
        raise  # the reader of the output has gone, which is no failure of the system
    except OSError as error:
        print_error(failure_of_system(error))
        sys.exit(1 if error.errno == errno.ENOSPC else 2)
    except Exception as error:
        if full := disk_full(str(error)):
            print_error(full)
            sys.exit(1)
        raise
