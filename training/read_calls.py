"""Read the calls of folds as rules and a reader see them that has not learnt from their writers (``evaluation.folds``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from analyzers.language.annotations import Span
from analyzers.language.embedded.engine import EmbeddedEngine
from analyzers.language.embedded.text.conversation import Conversation
from contract.reading import read_document
from contract.reference import Reference
from evaluation.calls import LabelledCall
from evaluation.folds import folds, writer_of
from evaluation.gold import Gold
from training.whole_call import LATER


class ReadCall(NamedTuple):
    """Hold a labelled call, what the rules find in it, and in its turns what the reader makes of them."""

    writer: str
    gold: Gold
    conversation: Conversation
    spans: tuple[Span, ...]
    called_on: date


def read_calls(folders: Sequence[Path], reference: Reference) -> list[ReadCall]:
    """Return the calls of the folds, each read by the reader of its fold."""
    found = []
    for fold in folds(folders, reference):
        engine = EmbeddedEngine(reference, fold.reader)
        found += [_read(call, engine) for call in fold.calls]
    return found


def _read(call: LabelledCall, engine: EmbeddedEngine) -> ReadCall:
    document = read_document(json.dumps(call.document).encode(), now=LATER)
    conversation = engine.conversation(document.transcript)
    spans = engine.findings(conversation)
    return ReadCall(writer_of(call), call.gold, conversation, spans, document.start_time.date())
