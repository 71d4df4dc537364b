"""Languages whose calls the model reads: English and those of ``VOICE_OPENAI_LANGUAGES``; others are ``unavailable``."""

from __future__ import annotations

from dataclasses import dataclass

ALL = "all"
_EMPTY = "return empty lists, and null or the neutral value for everything in `call`."
_ENGLISH_ONLY = f"When it is not `en`, {_EMPTY}"
_IN_ENGLISH = "Whatever is read, quotes stay as they were spoken; values, topics and words of time are in English."


@dataclass(frozen=True)
class ReadableLanguages:
    """``codes`` are ISO 639 codes of languages besides English; None means every language."""

    codes: frozenset[str] | None = frozenset()

    @classmethod
    def named(cls, setting: str) -> ReadableLanguages:
        """Return those of the setting: codes separated by commas, or ``all``."""
        return cls(None if setting == ALL else frozenset(filter(None, setting.split(","))))

    def include(self, code: str) -> bool:
        return self.codes is None or code == "en" or code in self.codes

    @property
    def for_prompt(self) -> str:
        """Return the prompt's rule for languages; that of English alone is the same for every installation without the setting."""
        if self.codes is None:
            return _IN_ENGLISH
        if not self.codes:
            return _ENGLISH_ONLY
        return f"When it is none of {', '.join(sorted({'en', *self.codes}))}, {_EMPTY} {_IN_ENGLISH}"
