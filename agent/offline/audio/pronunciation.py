"""Split sentences into words for a recogniser, and spell their pronunciation in the phones of the CMU dictionary."""

from __future__ import annotations

import re

_MARKS = '.,;:!?"()[]{}…—–“”‘’'

_PHONES = {
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "ɔɪ": "OY", "ɔː": "AO", "oː": "AO", "ɑː": "AA",
    "ɜː": "ER", "iː": "IY", "uː": "UW", "n̩": "AH N", "l̩": "AH L", "ɑ": "AA", "ɒ": "AA", "a": "AE", "æ": "AE", "ɐ": "AH",
    "ə": "AH", "ʌ": "AH", "ɔ": "AO", "o": "OW", "ɛ": "EH", "e": "EH", "ɚ": "ER", "ɝ": "ER", "ɪ": "IH", "ᵻ": "IH", "i": "IY",
    "ʊ": "UH", "u": "UW", "p": "P", "b": "B", "t": "T", "d": "D", "k": "K", "ɡ": "G", "g": "G", "f": "F", "v": "V", "θ": "TH",
    "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "m": "M", "n": "N", "ŋ": "NG", "l": "L", "ɹ": "R", "r": "R",
    "j": "Y", "w": "W", "ɾ": "D", "ʔ": "T", "x": "K",
}  # fmt: skip
_PHONE = re.compile("|".join(sorted(_PHONES, key=len, reverse=True)))


def words(sentence: str) -> tuple[str, ...]:
    """Return a sentence's words in lower case, without punctuation around them. Numbers, sums and addresses stay whole."""
    stripped = (word.strip(_MARKS).lower() for word in sentence.replace("—", " ").replace("–", " ").replace("’", "'").split())
    return tuple(word for word in stripped if any(map(str.isalnum, word)))


def arpabet(ipa: str) -> str:
    """Convert International Phonetic Alphabet to the nearest phones of the CMU dictionary (``P AE N D AH``)."""
    bare = re.sub(r"\([a-z-]+\)|[ˈˌ\s]", "", ipa)
    return " ".join(_PHONES[symbol] for symbol in _PHONE.findall(bare))
