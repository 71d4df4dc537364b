"""Measure the openai engine without a key: what it would send as files, and answers of any model or person by file.

A request's fixed part is ``instructions.md`` and ``schema.json``; each call is one ``<digest>.txt``, named by a digest of its own
text, and its answer ``<digest>.json``. ``version.txt`` names prompt and schema, so that answers to another prompt are noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from analyzers.language.annotations import TranscriptAnnotations
from analyzers.language.openai_engine.answer import Answer
from analyzers.language.openai_engine.languages import ReadableLanguages
from analyzers.language.openai_engine.names import Names
from analyzers.language.openai_engine.prompt import load_prompt, request_text
from analyzers.language.openai_engine.reading import annotations_of
from analyzers.language.openai_engine.request import Requests, answer_schema
from analyzers.language.transcript import transcript_of
from contract.document.session import TranscriptItem
from contract.platform.failures import PermanentFailure
from contract.reading import read_document
from contract.reference import Reference
from evaluation.calls import LabelledCall
from evaluation.evaluation import LATER

INSTRUCTIONS, SCHEMA, VERSION = "instructions.md", "schema.json", "version.txt"
WITHOUT_A_MODEL = "recorded"
"""Stands where a version names the model: who answered is not known here."""


def requests_by_digest(calls: Iterable[LabelledCall]) -> dict[str, str]:
    """Return the text of each call's request by its digest; calls of the same words and day share one."""
    texts = (request_text(_transcript(call)) for call in calls)
    return {digest_of(text): text for text in texts}


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def write_requests(calls: Sequence[LabelledCall], reference: Reference, folder: Path) -> int:
    """Write what would be sent for the calls; return how many requests there are."""
    folder.mkdir(parents=True, exist_ok=True)
    requests = _requests(reference)
    fixed = {
        INSTRUCTIONS: requests.prompt.instructions,
        SCHEMA: json.dumps(answer_schema(), indent=1),
        VERSION: requests.version,
    }
    texts = requests_by_digest(calls)
    for name, text in (fixed | {f"{digest}.txt": text for digest, text in texts.items()}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(texts)


class RecordedAnswers:
    """Serves as the openai engine with answers by file. A transcript without one is ``unavailable``: see ``answered``.

    With ``rules_alone`` what the answers judge of the whole call is left out, to compare what the rules make of the same facts.
    """

    name = "openai"

    def __init__(self, folder: Path, reference: Reference, *, rules_alone: bool = False) -> None:
        """Read all answers. ``PermanentFailure`` names the first that does not fit the schema, and where."""
        self._names, self._rules_alone, prompt_version = Names(reference), rules_alone, _requests(reference).version
        self._answers = {path.stem: _answer(path) for path in sorted(folder.glob("*.json")) if path.name != SCHEMA}
        told = folder / VERSION
        self.of_another_prompt = told.exists() and told.read_text(encoding="utf-8").strip() != prompt_version
        answered = json.dumps({digest: answer.model_dump() for digest, answer in self._answers.items()}, sort_keys=True)
        self.version = f"{prompt_version}-{digest_of(answered)}{'-rules' if rules_alone else ''}"

    def answered(self, calls: Sequence[LabelledCall]) -> list[LabelledCall]:
        """Return the calls that have an answer. ``PermanentFailure`` when none has."""
        found = [call for call in calls if digest_of(request_text(_transcript(call))) in self._answers]
        if not found:
            raise PermanentFailure(
                "No call of the folder has an answer.",
                "Write the requests with --requests and answer each <digest>.txt by a <digest>.json.",
            )
        return found

    def annotate(self, transcripts: Sequence[Sequence[TranscriptItem]]) -> list[TranscriptAnnotations]:
        return [self._one(items) for items in transcripts]

    def _one(self, items: Sequence[TranscriptItem]) -> TranscriptAnnotations:
        answer = self._answers.get(digest_of(request_text(items))) if items else None
        if answer is None:
            why = "no_answer" if items else "no_transcript"
            return TranscriptAnnotations(engine=self.name, version=self.version, language=None, unavailable=why)
        made = annotations_of(answer, items, self._names, self.name, self.version, ReadableLanguages())
        return made.model_copy(update={"judgement": None}) if self._rules_alone else made


def _requests(reference: Reference) -> Requests:
    known = {**Names(reference).for_prompt, "other_languages": ReadableLanguages().for_prompt}
    return Requests(WITHOUT_A_MODEL, load_prompt(reference.folder, known), max_output_tokens=1)


def _transcript(call: LabelledCall) -> Sequence[TranscriptItem]:
    return transcript_of(read_document(json.dumps(call.document).encode(), now=LATER))


def _answer(path: Path) -> Answer:
    try:
        return Answer.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        places = (".".join(str(step) for step in problem["loc"]) or "the object" for problem in error.errors()[:3])
        raise PermanentFailure(f"The answer {path.name} does not fit the schema: {', '.join(places)}.", "Correct it.") from None
