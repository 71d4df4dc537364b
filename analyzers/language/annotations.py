"""Define what a language engine returns for a transcript: acts and sentiment per utterance, and spans with exact offsets.

The nine analyzers read nothing of the words but this (and the quotes themselves), so they are the same for every engine.

Span types, their ``value`` and ``attributes`` (an attribute that is not known is absent):

================== ================================= ==============================================================
type               value                             attributes
================== ================================= ==============================================================
team_size          int: people who would use it      ``kind``: users | headcount | volunteers_or_signers; ``approximate``
monthly_volume     int: documents a month            ``period``: day | week | month | quarter | year; ``raw``: number said
integration        str: lower-case canonical name    ``use``: needed | in_use | other
competitor         str: canonical name               ``context``: current | considering | past | comparison;
                                                     ``sentiment``: positive | neutral | negative (toward it)
current_tool       str: as it would be shown         ``manual``: bool
budget_authority   decision_maker | influencer |     ``basis``: role | statement
                   needs_approval
caller_role        str: 'VP of Sales'
decision_timeline  str: the words of time            ``bucket``: this_week | this_month | this_quarter | next_quarter |
                                                     evaluating, when the words alone decide it
urgency            high | medium | low
budget             float | None: money stated        ``currency``; ``kind``: stated | accepted | allotted | refused
industry           str: key of data/industries.yml
location           str: as said
use_case           str: key of the use case list     ``primary``: bool
pain_point         str: short topic                  ``impact``: as said
objection          str: short topic                  ``category``: pricing | features | timing | trust;
                                                     ``severity``: blocker | concern; ``resolved``: bool;
                                                     ``resolution``: quote of the acceptance; ``reason``
feature_request    str: short name of the feature    ``priority``: must_have | nice_to_have
feature_mention    str: name in data/features.yml
buying_signal      str: what was said, in a word     ``kind``: explicit | implicit; ``strength``: strong | medium | weak
stakeholder        str: role, 'CFO'                  ``influence``: decision_maker | gatekeeper | user; ``engagement``
switching_barrier  str: short topic                  ``kind``: technical | contractual | organizational | cost
comparison_request str: canonical competitor | ''    ``aspect``: features | pricing | general
action             str: what will be done            ``owner``: user | sales | support; ``kind``: commitment | follow_up |
                                                     demo_request | document_share; ``deadline``: words of time;
                                                     ``due``: ISO date they mean; ``conditional``: bool
revenue            float: money a year               ``currency``
headcount          int: employees of the company
market_presence    str: short note ('12 offices')
emotion            excitement | frustration |        ``intensity``: low | medium | high; ``trigger``: item_id
                   confusion | confidence | hesitation
================== ================================= ==============================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from contract.document.session import Role, TranscriptItem

SentimentLabel = Literal["positive", "neutral", "negative"]
Trend = Literal["improving", "stable", "declining"]
NextAction = Literal["sales_call", "self_serve", "nurture"]
Wish = Literal["person", "alone", "later", "no_contact"]
Readiness = Literal["committed", "open", "none"]
NoProspectReason = Literal["seller", "wrong_number", "recording", "student", "refund_or_cancellation", "no_business"]


class ActKind(StrEnum):
    """What an utterance does. One utterance may do several things."""

    # The openai engine sends this docstring in its schema and hashes it into its version: another wording empties its cache.

    GREETING = "greeting"
    CONSENT = "consent"
    REFUSED_CONSENT = "refused_consent"
    QUESTION = "question"
    ANSWER = "answer"
    STATEMENT = "statement"
    ACKNOWLEDGEMENT = "acknowledgement"
    BUILD_ON = "build_on"
    CLARIFICATION = "clarification"
    OBJECTION = "objection"
    ACCEPTANCE = "acceptance"
    REQUEST = "request"
    COMMITMENT = "commitment"
    DEFLECTION = "deflection"
    NEXT_STEP = "next_step"
    REPAIR = "repair"
    GOODBYE = "goodbye"


class SpanType(StrEnum):
    TEAM_SIZE = "team_size"
    MONTHLY_VOLUME = "monthly_volume"
    INTEGRATION = "integration"
    COMPETITOR = "competitor"
    CURRENT_TOOL = "current_tool"
    BUDGET_AUTHORITY = "budget_authority"
    CALLER_ROLE = "caller_role"
    DECISION_TIMELINE = "decision_timeline"
    URGENCY = "urgency"
    BUDGET = "budget"
    INDUSTRY = "industry"
    LOCATION = "location"
    USE_CASE = "use_case"
    PAIN_POINT = "pain_point"
    OBJECTION = "objection"
    FEATURE_REQUEST = "feature_request"
    FEATURE_MENTION = "feature_mention"
    BUYING_SIGNAL = "buying_signal"
    STAKEHOLDER = "stakeholder"
    SWITCHING_BARRIER = "switching_barrier"
    COMPARISON_REQUEST = "comparison_request"
    ACTION = "action"
    REVENUE = "revenue"
    HEADCOUNT = "headcount"
    MARKET_PRESENCE = "market_presence"
    EMOTION = "emotion"


class _Annotation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Act(_Annotation):
    """Marks an act; ``start``/``end`` are offsets into the item's text; ``answered`` is None for the agent's own questions."""

    kind: ActKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)
    topic: str | None = None
    answered: bool | None = None


class Utterance(_Annotation):
    """Annotates one transcript item.

    ``score`` is sentiment from -1 to 1; ``emphatic`` marks enthusiasm or frustration in the words.
    """

    item_id: str
    role: Role
    label: SentimentLabel
    score: float = Field(ge=-1, le=1)
    confidence: float = Field(ge=0, le=1)
    acts: tuple[Act, ...] = ()


class Span(_Annotation):
    """Marks a stretch of one item's text that carries a fact: ``quote == text[start:end]``, verbatim."""

    type: SpanType
    item_id: str
    role: Role
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    value: str | int | float | None = None
    confidence: float = Field(ge=0, le=1)
    polarity: Literal["affirmed", "negated"] = "affirmed"
    modality: Literal["asserted", "hypothetical", "question", "reported"] = "asserted"
    tense: Literal["past", "present", "future"] = "present"
    attributes: dict[str, str | int | float | bool | None] = {}

    @property
    def holds(self) -> bool:
        """Return whether the speaker states it as a fact: not denied, not supposed, not merely asked."""
        return self.polarity == "affirmed" and self.modality in ("asserted", "reported")


KEPT_WITHOUT_PROSPECT = frozenset({SpanType.EMOTION, SpanType.ACTION})
"""What stays of a call without a prospect (labels: no prospect): actions, and the mood, which has its own spans."""


class Ground(_Annotation):
    """Names the words that a judgement rests on: ``quote == item.text[start:end]``."""

    item_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    confidence: float = Field(ge=0, le=1)


class CallJudgement(_Annotation):
    """Judges the call as a whole. Whatever is None was not judged, or names a place that is not there: the rules decide then.

    ``settled`` holds the final value of single facts as a span of the caller, or None where the call does not say; a type that
    is absent was not judged. ``decider`` is who decides, in a few words. ``wish`` is what the caller asks for next.
    ``no_prospect_ground`` and ``wish_ground`` are the words that show them.
    """

    no_prospect: NoProspectReason | None = None
    no_prospect_ground: Ground | None = None
    settled: dict[SpanType, Span | None] = {}
    decider: str | None = None
    sentiment: SentimentLabel | None = None
    sentiment_confidence: float | None = Field(default=None, ge=0, le=1)
    trend: Trend | None = None
    natural_ending: bool | None = None
    wish: Wish | None = None
    wish_ground: Ground | None = None
    next_action: NextAction | None = None
    readiness: Readiness | None = None


class LinePlace(_Annotation):
    """Points at words of an item: ``item.text[start:end]``."""

    item_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Impression(_Annotation):
    """Sums up how a trained reader answers one question over all the caller's lines; each tuple has an entry per class.

    The numbers are probabilities: their ``mean``, the ``highest`` and the means of the ``first`` and the ``last`` third of the
    lines. ``places`` are the lines where they are highest.
    """

    classes: tuple[str, ...]
    mean: tuple[float, ...]
    highest: tuple[float, ...]
    first: tuple[float, ...]
    last: tuple[float, ...]
    places: tuple[LinePlace, ...]


class TokenUsage(_Annotation):
    """Counts what annotating one transcript used of a paid service: tokens, and US dollars at list prices.

    Failed attempts are included. ``cost_usd`` is None for a model that the price book does not know.
    """

    model: str
    requests: int = Field(ge=0)
    input_tokens: int = Field(ge=0)
    cached_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    cost_usd: float | None = Field(ge=0)
    price_book: str
    batch: bool = False


class TranscriptAnnotations(_Annotation):
    """Holds all annotations of one transcript. ``language`` is what the caller speaks, None when too little was said.

    ``unavailable`` names why there is nothing (``no_transcript``, ``consent_refused``, ``language:xx``); lists are then empty.
    ``fallback_reason`` is set when this engine is the fallback of another one. ``dropped`` counts what a model claimed that the
    transcript does not support. ``usage`` is None where nothing was paid for; ``judgement`` for an engine that judges no calls.
    ``impressions`` are by question (``reader.heads``), empty for an engine without a trained reader.
    """

    engine: str
    version: str
    language: str | None = "en"
    unavailable: str | None = None
    fallback_reason: str | None = None
    dropped: int = Field(default=0, ge=0)
    usage: TokenUsage | None = None
    utterances: tuple[Utterance, ...] = ()
    spans: tuple[Span, ...] = ()
    judgement: CallJudgement | None = None
    impressions: dict[str, Impression] = {}

    def of_type(self, span_type: SpanType, role: Role | None = None) -> tuple[Span, ...]:
        return tuple(s for s in self.spans if s.type == span_type and role in (None, s.role))

    def acts(self, kind: ActKind, role: Role | None = None) -> tuple[tuple[Utterance, Act], ...]:
        return tuple((u, a) for u in self.utterances if role in (None, u.role) for a in u.acts if a.kind == kind)


class LanguageEngine(Protocol):
    """Annotates transcripts, deterministically for a given ``version``; raises nothing for any text."""

    name: str
    version: str

    def annotate(self, transcripts: Sequence[Sequence[TranscriptItem]]) -> list[TranscriptAnnotations]:
        """Return one result per transcript, in order; ``no_transcript`` for an empty one."""
        ...
