"""Gate calls that hold no prospect before any report: no sales facts, empty lists, Tier 2 (labels: no prospect).

Of a machine nothing stays. Of a person with other business the mood stays, what was promised and what was asked.
"""

from __future__ import annotations

from dataclasses import replace

from analyzers.call import AnnotatedCall
from analyzers.evidence import Evidence, Fact
from analyzers.language.annotations import KEPT_WITHOUT_PROSPECT, ActKind, CallJudgement, NoProspectReason, Utterance
from analyzers.other_business import OtherBusinessModel, other_business_in
from analyzers.recording import recording_in
from contract.document.session import DiscoveredSignals
from contract.reference import Reference

_CERTAINTY = 0.95
"""Confidence that no caller was on the line: of 388 golden transcripts, the 2 taken for one are labelled as no prospect."""
_SAYS_NOTHING = (ActKind.QUESTION, ActKind.OBJECTION, ActKind.REQUEST, ActKind.COMMITMENT, ActKind.NEXT_STEP)

Reason = Fact[NoProspectReason]


def gated(call: AnnotatedCall, reference: Reference) -> AnnotatedCall:
    """Return the call without what only a prospect can say, and why; the call itself when one may have been on the line.

    An engine that judges calls decides by itself. A booked meeting was made with somebody, whatever else was said, and a call that
    was not understood has nothing to gate.
    """
    booked = any(booking.success for booking in call.document.bookings)
    if call.no_prospect is not None or booked or not call.understood or not call.document.words_kept:
        return call
    if call.annotations.judgement is not None:
        reason = _judged(call.annotations.judgement)
        return _without_prospect(call, reason, machine=reason.value == "recording") if reason else call
    machine = recording_in(call.document.transcript, reference)
    if machine is not None:
        return _without_prospect(call, Fact(value=machine.reason, confidence=_CERTAINTY, evidence=machine.evidence), machine=True)
    other = other_business_in(call.document.transcript, call.annotations.spans, reference.table(OtherBusinessModel))
    if other is None:
        return call
    return _without_prospect(
        call, Fact(value=other.reason, confidence=other.probability, evidence=(other.evidence,)), machine=False
    )


def _judged(judgement: CallJudgement) -> Reason | None:
    ground = judgement.no_prospect_ground
    if judgement.no_prospect is None or ground is None:
        return None
    evidence = Evidence(item_id=ground.item_id, start=ground.start, end=ground.end, quote=ground.quote)
    return Fact(value=judgement.no_prospect, confidence=ground.confidence, evidence=(evidence,))


def _without_prospect(call: AnnotatedCall, reason: Reason, *, machine: bool) -> AnnotatedCall:
    kept = () if machine else tuple(span for span in call.annotations.spans if span.type in KEPT_WITHOUT_PROSPECT)
    said = tuple(_unspoken(u) for u in call.annotations.utterances) if machine else call.annotations.utterances
    annotations = call.annotations.model_copy(update={"spans": kept, "utterances": said})
    document = call.document.model_copy(update={"discovered_signals": DiscoveredSignals()})
    return replace(call, document=document, annotations=annotations, no_prospect=reason, machine=machine)


def _unspoken(utterance: Utterance) -> Utterance:
    """Return the utterance without a mood, and without what a machine cannot mean: its questions are not asked of anybody."""
    acts = tuple(act for act in utterance.acts if utterance.role == "agent" or act.kind not in _SAYS_NOTHING)
    mood = {} if utterance.role == "agent" else {"label": "neutral", "score": 0.0}
    return utterance.model_copy(update={"acts": acts, **mood})
