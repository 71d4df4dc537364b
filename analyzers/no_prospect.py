"""Gate calls that hold no prospect before any report: no sales facts, empty lists, no actions, Tier 2 (labels: no prospect)."""

from __future__ import annotations

from dataclasses import replace

from analyzers.call import AnnotatedCall
from analyzers.evidence import Fact
from analyzers.language.annotations import ActKind, NoProspectReason, Utterance
from analyzers.recording import recording_in
from contract.document.session import DiscoveredSignals
from contract.reference import Reference

_CERTAINTY = 0.95
"""Confidence that no caller was on the line: of 388 golden transcripts, the 2 taken for one are labelled as no prospect."""
_SAYS_NOTHING = (ActKind.QUESTION, ActKind.OBJECTION, ActKind.REQUEST, ActKind.COMMITMENT, ActKind.NEXT_STEP)


def gated(call: AnnotatedCall, reference: Reference) -> AnnotatedCall:
    """Return the call without what only a prospect can say, and why; the call itself when a person was on the line.

    A booked meeting was made with somebody, whatever else was said, and a call that was not understood has nothing to gate.
    """
    booked = any(booking.success for booking in call.document.bookings)
    if call.no_prospect is not None or booked or not call.understood or not call.document.words_kept:
        return call
    machine = recording_in(call.document.transcript, reference)
    if machine is None:
        return call
    annotations = call.annotations.model_copy(
        update={"spans": (), "utterances": tuple(_unspoken(u) for u in call.annotations.utterances)}
    )
    document = call.document.model_copy(update={"discovered_signals": DiscoveredSignals()})
    reason: Fact[NoProspectReason] = Fact(value=machine.reason, confidence=_CERTAINTY, evidence=machine.evidence)
    return replace(call, document=document, annotations=annotations, no_prospect=reason)


def _unspoken(utterance: Utterance) -> Utterance:
    """Return the utterance without a mood, and without what a machine cannot mean: its questions are not asked of anybody."""
    acts = tuple(act for act in utterance.acts if utterance.role == "agent" or act.kind not in _SAYS_NOTHING)
    mood = {} if utterance.role == "agent" else {"label": "neutral", "score": 0.0}
    return utterance.model_copy(update={"acts": acts, **mood})
