"""Whether the caller speaks English: everyday words counted (other languages are reported, not guessed at)."""

from __future__ import annotations

from collections.abc import Iterable

from analyzers.language.embedded.conversation import Turn

_FEWEST_WORDS = 8
_SAMPLE = 400
_EVERYDAY = {
    "en": "the and to of a in is that it for you i we on with this be are have do not my can but so yeah what how just no yes me they our it's i'm okay um was if your",
    "es": "el la los las de que y en un una es por con para no se lo como pero más su al del está muy yo tengo sí esto hola gracias nosotros cuánto qué somos queremos necesito tenemos",
    "fr": "le la les des de et est un une que je nous vous pas pour dans avec sur mais ce qui il elle on oui merci bonjour j'ai c'est qu'est combien sommes avons du au très d'accord",
    "de": "der die das und ist ich wir nicht ein eine zu mit auf für sie es den dem von wie aber auch haben hat sind ja nein danke guten wir's können oder noch was",
    "pt": "o a os as de que e em um uma é por com para não se eu nós você mas como mais seu do da no na está muito sim obrigado temos olá quanto isso somos",
    "it": "il lo la gli le di che e un una è per con non si io noi ma come più del della sono ho abbiamo sì grazie buongiorno quanto questo ciao nel anche siamo",
    "nl": "de het een en van is ik wij niet dat op te in voor met zijn maar ook hebben heeft ja nee dank goedemorgen hoeveel wat u je we hoe dit kan",
    "pl": "i w na nie to jest się z do że jak ale tak mam mamy dzień dobry dziękuję proszę ile co my dla czy po od już tylko",
    "sv": "och att det är en ett jag vi inte på för med som har av till den men hur ja nej tack hej vad kan du",
    "tr": "ve bir bu için de da ne ben biz evet hayır teşekkür merhaba nasıl çok var yok mı ile ama kadar",
}
_WORDS = {language: frozenset(words.split()) for language, words in _EVERYDAY.items()}
_SCRIPTS = (
    ("ru", "\u0400", "\u04ff"),
    ("el", "\u0370", "\u03ff"),
    ("he", "\u0590", "\u05ff"),
    ("ar", "\u0600", "\u06ff"),
    ("hi", "\u0900", "\u097f"),
    ("th", "\u0e00", "\u0e7f"),
    ("ja", "\u3040", "\u30ff"),
    ("zh", "\u4e00", "\u9fff"),
    ("ko", "\uac00", "\ud7af"),
)


def language_of(turns: Iterable[Turn]) -> str | None:
    """ISO code of what the caller speaks; None when too little was said to tell."""
    words: list[str] = []
    for turn in turns:
        words += [w.text for w in turn.words[: _SAMPLE - len(words)]]
        if len(words) >= _SAMPLE:
            break
    script = _script_of("".join(words))
    if script:
        return script
    if len(words) < _FEWEST_WORDS:
        return None
    counts = {language: sum(word in known for word in words) for language, known in _WORDS.items()}
    best = max(counts, key=lambda language: (counts[language], language == "en"))
    foreign = best != "en" and counts[best] >= max(3, 0.2 * len(words)) and counts[best] > 1.5 * counts["en"]
    return best if foreign else "en"


def _script_of(letters: str) -> str | None:
    """Languages told by their letters, when most are of that script."""
    if len(letters) < 2 * _FEWEST_WORDS:
        return None
    for language, first, last in _SCRIPTS:
        if sum(first <= c <= last for c in letters) > 0.5 * len(letters):
            return language
    return None
