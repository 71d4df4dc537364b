"""A caller's language is told from a line or two; English stays English, in any dialect and with recognition errors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from analyzers.command import analyze_batch
from analyzers.language.embedded import EmbeddedEngine
from analyzers.language.embedded.text import language_detection
from analyzers.language.embedded.text.conversation import conversation_of
from analyzers.language.embedded.text.language_detection import LanguageDetector
from analyzers.language.embedded.text.vocabulary import Languages, RuleVocabulary
from contract.document.session import TranscriptItem
from contract.reference import Reference
from evaluation.calls import calls_in
from evaluation.evaluation import LATER
from evaluation.noise import Recogniser
from tests.support.documents import session

REFERENCE = Reference()
VOCABULARY = RuleVocabulary(REFERENCE)
DETECTOR = LanguageDetector(REFERENCE.table(Languages))
GOLDEN = Path(__file__).resolve().parents[5] / "data" / "golden"

FOREIGN = (
    ("id", "Halo, kantor kami ada tujuh orang, mau pakai ini buat surat penawaran.", "Biayanya berapa sebulan?"),
    ("ms", "Selamat pagi, saya nak tanya tentang pakej untuk enam orang pekerja.", "Boleh hantar sebut harga?"),
    ("tl", "Hello po, lima kami sa opisina at madalas kaming magpadala ng mga kontrata.", "Magkano po ito?"),
    ("ro", "Alo, suntem o firmă de construcții și avem nevoie de semnături pentru devize.", "Cât ne costă pe lună?"),
    ("cs", "Dobré odpoledne, je nás sedm a každý týden posíláme nabídky zákazníkům.", "Kolik byste si účtovali?"),
    ("sk", "Dobrý deň, sme malá firma a zmluvy zatiaľ posielame poštou.", "Koľko by nás to stálo?"),
    ("hu", "Jó reggelt, heten dolgozunk itt, és minden héten ajánlatokat küldünk ki.", "Mennyi lenne az ára?"),
    ("no", "God morgen, vi er sju stykker og sender tilbud til kundene hver uke.", "Hvor mye koster dette?"),
    ("da", "Hej, vi er syv på kontoret og sender tilbud ud hver uge.", "Hvor meget koster det for os?"),
    ("sv", "God morgon, vi är sju stycken här och skickar offerter varje vecka.", "Hur mycket kostar det?"),
    ("fi", "Huomenta, meitä on seitsemän ja lähetämme tarjouksia joka viikko.", "Mitä tämä maksaisi meille?"),
    ("vi", "Chào anh, văn phòng em có bảy người, tuần nào cũng gửi báo giá cho khách.", "Chi phí thế nào ạ?"),
    ("hi", "Ji namaskar, hum saat log hain aur har hafte quotation bhejte rehte hain.", "Aapka rate kya hai?"),
    ("hi", "Haan, abhi toh hum Word use karte hain but bahut time lagta hai, koi aur tareeka hai kya?"),
    ("es", "Hola, buenos días, somos siete en la oficina y mandamos cotizaciones cada semana.", "¿Qué precio tiene?"),
    ("fr", "Allô, on est sept au bureau et on envoie des soumissions chaque semaine.", "Combien ça coûterait ?"),
    ("de", "Moin, wir sind zu siebt im Büro und schreiben jede Woche Angebote.", "Was würde uns das kosten?"),
    ("pt", "Boa tarde, a gente é em sete e manda orçamento toda semana.", "Quanto fica isso por mês?"),
    ("it", "Salve, siamo in sette in ufficio e ogni settimana mandiamo preventivi.", "Che prezzo ci fate?"),
    ("nl", "Goedemorgen, we zitten hier met zeven man en sturen elke week offertes.", "Wat zou ons dat kosten?"),
    ("pl", "Dzień dobry, jest nas siedmioro w biurze i co tydzień wysyłamy oferty.", "Jaka jest cena?"),
    ("tr", "Merhaba, ofiste yedi kişiyiz ve her hafta teklif gönderiyoruz.", "Bunun fiyatı nedir?"),
    ("hr", "Dobro jutro, sedmero nas je u uredu i svaki tjedan šaljemo ponude.", "Kolika je cijena?"),
    ("sl", "Dobro jutro, sedem nas je v pisarni in vsak teden pošiljamo ponudbe.", "Kakšna je cena?"),
    ("lt", "Sveiki, mūsų biure yra septyni žmonės ir kas savaitę siunčiame pasiūlymus.", "Kokia kaina?"),
    ("lv", "Sveiki, mēs esam septiņi birojā un katru nedēļu sūtām piedāvājumus.", "Kāda ir cena?"),
    ("et", "Tere hommikust, meid on kontoris seitse ja igal nädalal saadame pakkumisi.", "Mis see maksab?"),
    ("sw", "Habari ya asubuhi, tuko saba ofisini na kila wiki tunatuma bei kwa wateja.", "Itagharimu kiasi gani?"),
    ("ca", "Bona tarda, som set a l'oficina i cada setmana enviem pressupostos.", "Quin preu té això?"),
    ("ru", "Доброе утро, нас семеро, каждую неделю отправляем предложения.", "Сколько это стоит?"),
    ("zh", "你好，我们办公室有七个人，每周都要发报价单。"),
)
ENGLISH = (
    ("Hello, there are seven of us and we send quotes every week.", "What would that be a month?"),
    ("Can you hear me?",),
    ("What does it cost?",),
    ("Aye, hiya, ah'm efter a wee price for the shop like, there's five ae us.",),
    ("Hola, sí, good morning. Somos, sorry, we are seven in the oficina and we send cotizaciones, quotes, every week.",),
    ("Ay perdón, one second. Ándale pues. Okay so the guys at the taller, they lose the papers all the time, es un relajo.",),
    ("Bonjour, I call you from Québec, we use the paper still and it takes trop de temps, you know?",),
    ("Namaste ji, good afternoon. I am having one small office in Pune only, kindly tell what is the rate for seven users.",),
    ("Please, we is from Poland, the documents for worker, how it works the signing? Dziękuję.",),
    ("Hello madam, me I want to ask the price because the company it has seven person and contract is many.",),
    ("We na small company o, we dey send plenty invoice every month, how much you dey charge?",),
    ("Ana Lucía Fuentes, a n a, fuentes at hermanos fuentes dot com dot mx",),
    ("My name is Krzysztof Brzęczyszczykiewicz.",),
    ("Salesforce, HubSpot, DocuSign, Dropbox, QuickBooks, Stripe.",),
    ("Seven. Forty a week. Friday. Yes. No. Thanks, bye.",),
)


def language_of(lines: Sequence[str]) -> str | None:
    items = [TranscriptItem(id=f"item_{n:03}", role="user", text=text) for n, text in enumerate(lines)]
    return DETECTOR.language_of(conversation_of(items, VOCABULARY).user_turns)


def said_by_caller(document: Mapping[str, Any]) -> list[str]:
    return [item["text"] for item in document["transcript"] if item["role"] == "user"]


@pytest.mark.parametrize(("language", "lines"), [(language, lines) for language, *lines in FOREIGN])
def test_a_line_or_two_of_another_language_are_told_apart(language: str, lines: list[str]) -> None:
    assert language_of(lines) == language


@pytest.mark.parametrize(("language", "lines"), [(language, lines) for language, *lines in FOREIGN if language != "zh"])
def test_a_language_is_told_without_punctuation_and_capitals_too(language: str, lines: list[str]) -> None:
    plain = ["".join(c for c in line.lower() if c.isalnum() or c in " '") for line in lines]
    assert language_of(plain) == language


@pytest.mark.parametrize("lines", ENGLISH)
def test_english_of_any_kind_is_not_taken_for_another_language(lines: tuple[str, ...]) -> None:
    assert language_of(lines) in ("en", None)


@pytest.mark.parametrize("line", ["", "Okay, bye.", "Oui, merci.", "...", "17 450", "🙂🙂🙂🙂🙂🙂🙂🙂"])
def test_too_few_words_leave_the_language_open(line: str) -> None:
    assert language_of([line]) is None


def test_a_language_that_cannot_be_named_is_not_english_all_the_same() -> None:
    assert language_of(["toi muon hoi la co the ky ten tren dien thoai duoc khong"]) == "und"


def test_a_caller_who_only_greets_in_spanish_is_an_english_caller() -> None:
    assert language_of(["Hola, buenas tardes, ¿cómo está?", "Right, we send forty quotes and the team is seven."]) == "en"


def test_all_golden_calls_stay_english_with_and_without_recognition_errors() -> None:
    recogniser = Recogniser(REFERENCE, seed=5)
    documents = [call.document for call in calls_in(GOLDEN)]
    assert {language_of(said_by_caller(document)) for document in documents} == {"en"}
    assert {language_of(said_by_caller(recogniser.noisy(document))) for document in documents} <= {"en", None}


def test_less_than_one_line_in_a_thousand_of_the_golden_calls_would_alone_be_taken_for_foreign() -> None:
    lines = [line for call in calls_in(GOLDEN) for line in said_by_caller(call.document)]
    assert sum(language_of([line]) not in ("en", None) for line in lines) < len(lines) / 1000


def test_plain_english_does_not_load_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_detection, "_identifier", None)
    assert language_of(ENGLISH[0]) == "en"


def test_reports_of_a_foreign_call_are_unavailable_and_name_its_language() -> None:
    said = [
        {"id": "item_000", "role": "agent", "text": "Hello, how can I help?"},
        {"id": "item_001", "role": "user", "text": "Halo, kantor kami ada tujuh orang, mau pakai ini buat surat penawaran."},
    ]
    body = json.dumps(session(transcript=said)).encode()
    analysed = analyze_batch([("call.json", body)], EmbeddedEngine(REFERENCE), REFERENCE, LATER)[0]
    sales = analysed["reports"]["sales_intelligence"]
    assert (sales["status"], sales["reason"], sales["team_size"]) == ("unavailable", "language:id", None)
