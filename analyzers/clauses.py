"""Find the whole clause that carries a quote, so that nothing shown to a reader is a cut sentence.

Speech comes without punctuation, in half sentences and with fillers. What is shown starts where a clause starts and ends where one
ends, and is the caller's own words, verbatim, with a mark where it had to be cut. Evidence stays what it is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from analyzers.language.embedded.text.words import Sentence, lowered, sentences_of, word_set

LONGEST = 140
"""Characters of a clause that is shown: about two lines of a record page."""
MARK = "…"
_REACH = 320
"""Characters before and behind a quote that are looked at: two clauses of the longest kind, whatever the length of the line."""
_SPACE = re.compile(r"\s+")
_LEAST_WORDS = 3
"""Words below which a part between two conjunctions is no clause of its own ("and me")."""
_LEAST_CUT = 40
"""Characters of a clause that a cut leaves at least, so that a clause of one long word is cut inside it rather than emptied."""

_PRONOUN = r"(?:i|we|you|he|she|it|they|there|that|this|nobody|somebody|someone|everybody|everyone)(?:'\w+)?"
_BEGINNING = (
    rf"(?:{_PRONOUN}|the|a|an|my|our|your|his|her|their|these|those|one|if|when|what|how|where|who|can|could|do|does|is|are|will|"
    r"would|please|let|now|then|half|some|all|both)"
)
_LINK = r"(?:and|but|so|because|cause|cos|or|then|since|although|though|except|plus)"
_JOINT = re.compile(
    rf"[,;:]\s+(?=(?:{_LINK}\s+)*{_BEGINNING}\b)|\s[-\u2013\u2014]+\s+(?={_BEGINNING}\b)"
    rf"|\s+(?={_LINK}\s+(?:{_PRONOUN}|if|when)\s+\w)"
)
"""Places where a long sentence can be parted: behind punctuation and before a conjunction, where what follows begins a clause.

Without punctuation 'and the dog' may go on with a list, so that only a pronoun shows that a clause begins.
"""
_HALF = re.compile(r"(?:if|when|while|until|till|before|after|since|although|though|unless|once|where|as)\b")
"""Words that open the first half of a sentence, which says nothing without the second."""

_FILLER = (
    r"um+|uh+|er+m*|h?m+|ah+|oh+|ooh|eh|uf|ugh|you know|i mean|like|well|okay|ok|right|look|listen|see|yeah|yep|yes|no|nope|sure|"
    r"sorry|basically|actually|honestly"
)
_LEADING = (
    re.compile(
        rf"(?:{_FILLER}|so|and|but|or|because|then|now|also|plus|anyway|first|exactly|hello|hi)(?:\s*[,.!?;:\u2026\u2014\u2013-]+\s*|$)"
    ),
    re.compile(
        r"(?:um+|uh+|er+m*|h?mm+|uhm|and|but|or|nor|because|cause|cos|which means|you know|i mean|basically|okay|ok|oh|ah)\s+"
    ),
    re.compile(rf"(?:so|well|yeah|yes|no|then|plus|see|sorry)\s+(?={_BEGINNING}\b)"),
    re.compile(r"(\w+(?:'\w+)?)(?:\s*[,\u2014\u2013-]+\s*|\s+)(?:(?:um+|uh+|er+m*|like|you know)\s*,?\s*)*(?=\1\b)"),
    re.compile(r"[^\w$\u20ac\u00a3\"'(\u201c\u2018]+"),
)
"""What is no part of a clause at its start: fillers, conjunctions, replies, and a first word said twice."""
_TRAILING = re.compile(
    rf"(?:(?:^|[\s,;:\u2014\u2013-]+)(?:{_FILLER}|and all|and so|or so|and stuff|so)\s*[,;:\u2026\u2014\u2013-]*"
    r"|[\s,;:\u2026\u2014\u2013-]+)$"
)
_OPEN_END = word_set(
    "a an the and but or nor so because cause cos if when while that which who whose whom than as of to with for from at into onto"
    " by in on about between without until till since before after during via per is are was were be am been has had"
    " my our your his their its i we he she they there's it's that's i'm we're they're you're i've we've i'd we'd very really just"
    " some any every each no not like what where how whether can could will would should must may might don't doesn't"
    " let's gonna wanna then"
)
"""Words after which something is missing, in text without a full stop behind them."""
_PARTICLES = word_set("at by in on about before without since after via through until really just not like what")
"""Of these, words that may well end what somebody says ("the man wasn't in"): a mark says that they were left out."""
_ALWAYS_OPEN = word_set("a an the and but or nor because if which than my our your their very")
"""Words that end no sentence, whatever stands behind them: recognisers put full stops where speakers breathe."""


_LAST_WORD = re.compile(r"[\w']+$")


class SpokenClause(NamedTuple):
    """Hold where a clause stands in a text; ``cut`` says that it goes on behind ``end``."""

    start: int
    end: int
    cut: bool = False

    def shown(self, text: str) -> str:
        """Return the words as a reader sees them, on one line."""
        return " ".join(text[self.start : self.end].split()) + (MARK if self.cut else "")


def clause_at(text: str, start: int, end: int, focus: Sentence | None = None, longest: int = LONGEST) -> SpokenClause | None:
    """Return the whole clause of ``text`` that carries the quote from ``start`` to ``end``; None without a word.

    All sentences of the quote where they fit, else the one with most of ``focus`` (default: the quote), else its clauses around it.
    """
    first = _word_at(text, start - _REACH)
    nearby, wanted = text[first : end + _REACH], focus or Sentence(start, end)
    found = _clause_in(nearby, Sentence(start - first, end - first), Sentence(wanted.start - first, wanted.end - first), longest)
    return found._replace(start=found.start + first, end=found.end + first) if found else None


def _word_at(text: str, place: int) -> int:
    """Return the start of the first word that begins behind a place; 0 for a place before the text."""
    return 0 if place <= 0 else next((match.end() for match in _SPACE.finditer(text, place)), place)


def _clause_in(text: str, quote: Sentence, wanted: Sentence, longest: int) -> SpokenClause | None:
    sentences = [s for s in sentences_of(text) if s.start < quote.end and s.end > quote.start]
    if not sentences:
        return None
    whole = _trimmed(text, Sentence(sentences[0].start, sentences[-1].end))
    if _fits(text, whole, longest):
        return whole
    best = max(sentences, key=lambda s: (_shared(s, wanted), s.end - s.start))
    sentence = _trimmed(text, best)
    if sentence is None or _fits(text, sentence, longest):
        return sentence or whole
    return _part(text, best, wanted, longest)


def shown_clause(text: str, start: int, end: int, longest: int = LONGEST) -> str | None:
    """Return the clause around a quote as a reader sees it; None without a word."""
    found = clause_at(text, start, end, longest=longest)
    return found.shown(text) if found else None


def _shared(one: Sentence, other: Sentence) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _fits(text: str, clause: SpokenClause | None, longest: int) -> bool:
    return clause is not None and len(clause.shown(text)) <= longest


def _part(text: str, sentence: Sentence, wanted: Sentence, longest: int) -> SpokenClause | None:
    """Return as many clauses of a long sentence as fit, from the one that holds the start of ``wanted`` on."""
    parts = _parts(text, sentence)
    first = max((at for at, part in enumerate(parts) if part.start <= wanted.start), default=0)
    best: SpokenClause | None = None
    for last in range(first, len(parts)):
        tried = _trimmed(text, Sentence(parts[first].start, parts[last].end))
        if tried is None or not _fits(text, tried, longest):
            break
        if last > first or not _HALF.match(lowered(text), tried.start) or parts[last].end == sentence.end:
            best = tried
    return best or _cut(text, _trimmed(text, Sentence(parts[first].start, sentence.end)), longest)


def _parts(text: str, sentence: Sentence) -> list[Sentence]:
    """Return the sentence parted at its joints, each part long enough to say something."""
    starts = [sentence.start]
    for joint in _JOINT.finditer(lowered(text), sentence.start, sentence.end):
        if len(text[starts[-1] : joint.end()].split()) >= _LEAST_WORDS and joint.end() < sentence.end:
            starts.append(joint.end())
    return [Sentence(start, end) for start, end in zip(starts, [*starts[1:], sentence.end], strict=True)]


def _cut(text: str, clause: SpokenClause | None, longest: int) -> SpokenClause | None:
    """Cut a clause at a word behind which nothing is obviously missing."""
    if clause is None or _fits(text, clause, longest):
        return clause
    end = clause.start + longest - len(MARK)
    space = max(text.rfind(" ", clause.start + _LEAST_CUT, end), text.rfind("\n", clause.start + _LEAST_CUT, end))
    end = space if space > 0 else end
    ended = _ended(text, clause.start, end)
    return SpokenClause(clause.start, ended if ended > clause.start else end, cut=True)


def _trimmed(text: str, sentence: Sentence) -> SpokenClause | None:
    """Return the sentence without what is no part of a clause at its edges; None when nothing is left."""
    start = _begun(text, sentence.start, sentence.end)
    end = _ended(text, start, sentence.end)
    if end > start:
        last = _LAST_WORD.search(lowered(text)[start : sentence.end].rstrip())
        return SpokenClause(start, end, cut=bool(last and last.group() in _PARTICLES and start + last.end() > end))
    bare = text[sentence.start : sentence.end].strip(" \t\n,;:")
    at = text.find(bare, sentence.start)
    return SpokenClause(at, at + len(bare)) if bare and any(c.isalnum() for c in bare) else None


def _begun(text: str, start: int, end: int) -> int:
    low = lowered(text)[:end]
    while start < end:
        step = max((match.end() for pattern in _LEADING if (match := pattern.match(low, start))), default=start)
        if step == start or not any(c.isalnum() for c in low[step:end]):
            break
        start = step
    return start


def _ended(text: str, start: int, end: int) -> int:
    """Return the end without fillers, and without words that leave the clause open."""
    low = lowered(text)
    while start < end:
        piece = low[start:end].rstrip()
        bare = piece.rstrip(".?!")
        stopped = bare != piece
        last = _LAST_WORD.search(bare)
        word = last.group() if last else ""
        trailing = None if stopped else _TRAILING.search(piece)
        if word in (_ALWAYS_OPEN if stopped else _OPEN_END):
            end = start + len(bare) - len(word)
        elif trailing and trailing.start() > 0:
            end = start + trailing.start()
        else:
            return start + len(piece)
    return end
