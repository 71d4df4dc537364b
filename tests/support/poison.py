"""Analysis that a process does not survive, in a module that a fresh process imports quickly."""

import os
import signal
from collections.abc import Sequence
from typing import Any

from orchestration.analysis.calls import CallAnalysis, CallToAnalyse, analyse_each

POISON = "this line kills whoever reads it"


def analyse_or_die(calls: Sequence[CallToAnalyse], *others: Any, **bound: Any) -> list[CallAnalysis]:
    """Analyse as the platform does; the process dies at the poison, as it would where a library crashes."""
    if any(POISON in call.document for call in calls):
        os.kill(os.getpid(), signal.SIGKILL)
    return analyse_each(calls, *others, **bound)
