"""The quality report of a hand-made call, with the reports it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzers.call import AnnotatedCall
from analyzers.content_gaps.report import content_gaps
from analyzers.conversation_quality.models import ConversationQualityReport
from analyzers.conversation_quality.report import conversation_quality
from analyzers.sales_intelligence import sales_intelligence
from analyzers.sentiment import sentiment
from tests.analyzers.recorded_calls import REFERENCE, Turn, recorded_call


@dataclass(frozen=True)
class Agreed:
    items: Sequence[str] = ()
    next_steps: Sequence[str] = ()


NOTHING = Agreed()


def quality_of_call(call: AnnotatedCall, agreed: Agreed = NOTHING) -> ConversationQualityReport:
    return conversation_quality(
        call, REFERENCE, sentiment(call, REFERENCE, sales_intelligence(call, REFERENCE)), content_gaps(call, REFERENCE), agreed
    )


def quality_of(turns: Sequence[Turn] = (), agreed: Agreed = NOTHING, **fields: Any) -> ConversationQualityReport:
    return quality_of_call(recorded_call(turns, **fields), agreed)
