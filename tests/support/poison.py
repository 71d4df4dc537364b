"""Annotation that a process does not survive, in a module that a fresh process imports quickly."""

import os
import signal
from collections.abc import Sequence
from typing import Any

from analyzers.language.fan_out import AnnotationOutcome, Transcript, annotate_each

POISON = "this line kills whoever reads it"


def annotate_or_die(transcripts: Sequence[Transcript], *others: Any, **bound: Any) -> list[AnnotationOutcome]:
    """Annotate as the platform does; the process dies at the poison, as it would where a library crashes."""
    if any(item.text == POISON for transcript in transcripts for item in transcript):
        os.kill(os.getpid(), signal.SIGKILL)
    return annotate_each(transcripts, *others, **bound)
