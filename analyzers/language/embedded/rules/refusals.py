"""Find plain refusals and put-offs: a caller who says no, or not now, to what is proposed, without a reason."""

from __future__ import annotations

import re

from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.cues import Hit

_PROPOSES = re.compile(
    r"\b(?:(?:would|will|won't|could|can|do|are|might) you(?: \w+){0,3}? (?:like|want|willing|interested|consider"
    r"|donate|give|take|buy|pay|join|sign|try"
    r"|commit|contribute|agree|accept|ready|go|do|prefer|help|able|mind)|(?:can|may|could|shall|should) (?:i"
    r"|we)(?: \w+){0,3}? (?:book|put|sign|interest"
    r"|send|set|schedule|count|offer|ask|start|add|reserve|arrange)|how much (?:would|will|do|can|could) you|let's"
    r"|how about|what about|what do you say"
    r"|sound (?:good|fair)|deal|interested)\b"
)
_REFUSES = re.compile(
    r"\b(?:(?:not|isn't|wasn't|ain't) (?:really |very |at all |all that |that |too )?(?:interested|convinced"
    r"|comfortable|willing|for me|for us|worth it)"
    r"|no (?:thanks|thank you|thankyou|deal|way)|i'?ll (?:have to )?pass\b|(?:have|going) to (?:pass|decline|say no)"
    r"|(?:respectfully )?decline\b"
    r"|(?:i|we)(?:'m|'re| am| are|'d| would|'ll| will)? (?:do not|don't|dont|won't|wont|will not|can't|cant|cannot"
    r"|can not|couldn't|wouldn't|would not"
    r"|not going to|not gonna|not able to|not about to|not planning to|rather not|prefer not to"
    r"|refuse to)(?: \w+){0,3}? (?:want|need|donat\w*|buy\w*|pay"
    r"|give|spend|afford|commit|sign|accept|agree|do (?:that|it|this|so|any)|go (?:that|any|for|higher|lower|below"
    r"|above)|trust|believe|see the point"
    r"|see why|part with|contribut\w*|join|take (?:that|it|this|less)|care)"
    r"|(?:i'm|we're|i am|we are) not (?:paying|buying|signing|giving|doing|taking|spending|donating|joining"
    r"|going (?:for|any|with))"
    r"|(?:i'd|i would|we'd|we would) rather (?:not|keep|wait|stay|spend|use|give|do)|that's (?:a )?(?:no|too (?:much"
    r"|high|low))\b)"
)
_PUTS_OFF = re.compile(
    r"\b(?:not (?:right now|at this time|at the moment|at this moment|today|just yet|this time|ready)|maybe (?:later"
    r"|another|next time|some other|some ?day"
    r"|tomorrow|in the future)|perhaps (?:later|another|next)|another time|some other time|(?:have|need|want|like"
    r"|got) to (?:think|sleep|look into|research"
    r"|check (?:with|it)|talk (?:it|to|with))|let me (?:think|sleep|look into|talk (?:it|to|with))|think (?:about it"
    r"|it over|on it|more about)|get back to you"
    r"|(?:need|want|give me) (?:some |more |a little |a bit (?:more )?)?(?:time|more information|more info|details)"
    r"|(?:i'll|i will|we'll) (?:see|think|consider"
    r" it|look into)|not sure (?:if|about|that|i|we|yet|whether)|i'm not (?:so |too |really )?sure\b|don't know (?:if"
    r"|about|whether))"
)


def refusal_in(turn: Turn) -> Hit | None:
    """Return where the caller says no, or not now; None when they do not."""
    if turn.prompt is None or turn.prompt.has("acts.consent_asked"):
        return None
    for pattern in (_REFUSES, _PUTS_OFF):
        for match in pattern.finditer(turn.low):
            if not turn.in_question(match.start()) and not turn.hypothetical(match.start()):
                return Hit(match.start(), match.end())
    if turn.denies and _PROPOSES.search(turn.prompt.low) and not turn.prompt.has("acts.closing_asked") and not turn.questions:
        first = turn.words[0]
        return Hit(first.start, first.end)
    return None
