"""Find systems to be connected or in use, how a product is used, and wishes for a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.linked_systems import left_alone, taken_up
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import Modality, Polarity, near, span

Context = Literal["current", "considering", "past", "comparison"]
_NEAR = 70
"""Characters between a product and the words that say how it is used: about a clause of speech."""
_THROUGH = (["on"], ["in"], ["our"], ["through"], ["via"], ["by"], ["over"], ["from"])


def context_of(turn: Turn, hit: Hit) -> Context:
    """Return the context by the nearest cue before the name, else the nearest after, else what the agent asked."""
    cues: tuple[tuple[str, Context], ...] = (
        ("tools.used", "past"),
        ("tools.compare", "comparison"),
        ("tools.considering", "considering"),
        ("tools.other_people", "comparison"),
        ("tools.using", "current"),
    )
    around = turn.quote_at(hit)
    found: list[tuple[int, int, Context]] = []
    for rank, (label, context) in enumerate(cues):
        for cue in turn.hits_in(max(around.start, hit.start - _NEAR), min(around.end, hit.end + _NEAR), label):
            distance = max(hit.start - cue.end, 0) if cue.start <= hit.start else (cue.start - hit.end) + 10
            found.append((distance, rank, context))
    if found:
        return min(found)[2]
    if turn.asked("prompts.tool"):
        return "current"
    return "comparison" if turn.in_question(hit.start) else "considering" if turn.asked("prompts.competitors") else "current"


def integrations(conversation: Conversation) -> Iterator[Span]:
    """Yield business systems: needed, in use, or merely named; 'crm' and 'api' when nothing more exact is said."""
    linked = list(taken_up(conversation))
    places = {(found.item_id, found.start) for found in linked}
    yield from linked
    for turn in conversation.user_turns:
        named = [n for n in turn.names if n.kind == "integration"]
        for name in named:
            if (turn.item.id, name.start) not in places:
                yield _integration(turn, Hit(name.start, name.end), name.canonical, 0.9 if name.certain else 0.7)
        crm_named = any(turn.vocabulary.integrations[n.canonical].category == "crm" for n in named)
        for label, value in (("tools.generic_crm", "crm"), ("tools.generic_api", "api")):
            hits = turn.hits(label)
            if hits and not (value == "crm" and crm_named):
                yield _integration(turn, hits[0], value, 0.6)
        if not named and turn.affirms and turn.prompt is not None:
            yield from _agreed(turn, turn.prompt)


def _integration(turn: Turn, hit: Hit, value: str, confidence: float) -> Span:
    if left_alone(turn, hit):
        return span(turn, SpanType.INTEGRATION, hit, value, confidence, use="in_use")
    use = _use(turn, hit)
    denied = (
        near(turn, hit, "tools.not_using", reach=40)
        or turn.negated(hit.start)
        or (turn.denies and turn.asked("prompts.integration"))
    )
    modality: Modality = "hypothetical" if turn.hypothetical(hit.start) and use != "needed" else "asserted"
    if turn.in_question(hit.start) and use != "needed":
        modality = "question"
    polarity: Polarity = "negated" if denied and not near(turn, hit, "tools.wants_link", reach=40) else "affirmed"
    return span(turn, SpanType.INTEGRATION, hit, value, confidence, polarity=polarity, modality=modality, use=use)


def _use(turn: Turn, hit: Hit) -> str:
    """Return how a system is used: needed, in use or other.

    Needed when linking is asked for or demanded, or the reply says where documents must go; else in use when 'we use' it.
    """
    links = near(turn, hit, "tools.needs_link", reach=_NEAR)
    wants = near(turn, hit, "tools.wants_link", reach=_NEAR)
    if links and (wants or turn.in_question(hit.start) or not near(turn, hit, "tools.using", reach=25)):
        return "needed"
    if turn.asked("prompts.integration") and not turn.denies:
        return "needed"
    if turn.in_question(hit.start) and turn.has("feature_requests.asks", "feature_requests.capability"):
        return "needed"
    if wants and not near(turn, hit, "tools.using", reach=20):
        return "needed"
    using = near(turn, hit, "tools.using", reach=_NEAR) or turn.asked("prompts.tool")
    through = turn.before(hit.start, 1)[:1] in _THROUGH and not turn.in_question(hit.start)
    return "in_use" if using or through else "other"


def _agreed(turn: Turn, prompt: Turn) -> Iterator[Span]:
    """Return whether the caller agrees to connect a system: 'Would you need Salesforce connected?' - 'yes'."""
    offered = [n for n in prompt.names if n.kind == "integration" and prompt.in_question(n.start)]
    if offered and turn.words and prompt.has("prompts.integration", "tools.needs_link", "prompts.tool"):
        opening = Hit(turn.words[0].start, turn.sentences[0].end)
        use = "needed" if prompt.has("prompts.integration", "tools.needs_link") else "in_use"
        for value in dict.fromkeys(n.canonical for n in offered[:2]):
            yield span(turn, SpanType.INTEGRATION, opening, value, 0.7, use=use)


def comparisons(conversation: Conversation) -> Iterator[Span]:
    """Yield the product and the aspect asked about: 'How are you different from DocuSign?'

    The value is '' when no product is named.
    """
    for turn in conversation.user_turns:
        for question in turn.questions:
            asked = turn.hits_in(question.start, question.end, "tools.compare")
            if not asked:
                continue
            low = turn.low[question.start : question.end]
            named = [n for n in turn.names_in(question.start, question.end) if n.kind == "competitor"]
            aspect = "pricing" if any(w in low for w in ("price", "pricing", "cost", "cheap", "expensive")) else "general"
            if aspect == "general" and (turn.hits_in(question.start, question.end, *turn.labelled("feature")) or "feature" in low):
                aspect = "features"
            for value in dict.fromkeys([n.canonical for n in named] or [""]):
                yield span(
                    turn,
                    SpanType.COMPARISON_REQUEST,
                    Hit(question.start, question.end),
                    value,
                    0.8 if named else 0.5,
                    modality="question",
                    aspect=aspect,
                )
