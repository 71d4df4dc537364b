"""Fit the gate for callers with other business: ``python -m training.no_prospect`` writes ``data/no_prospect.yml``.

Lines are learnt from the dialogues of ``data/training/no_prospect``, the golden calls that may be read, and scenes in which nobody
has other business. How sure a call's likeliest lines make is fitted on lines that the models of lines had not seen: each writer's
calls are scored by models of the others, half of the scenes teach lines and the other half calls. The dialogues of ``test.txt`` are
scored at the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analyzers.language.annotations import Span
from analyzers.language.embedded import EmbeddedEngine
from analyzers.language.sentence_encoder import shared_encoder
from analyzers.other_business import FEWEST_WORDS, LineOdds, OtherBusinessModel, WholeCallOdds, facts_of_need, lines_of
from analyzers.recording import recording_in
from contract.document.session import TranscriptItem
from contract.platform.settings import PROJECT_ROOT
from contract.reading import read_document
from contract.reference import Reference
from evaluation.calls import calls_in
from evaluation.parts import GOLDEN_SCRIPTS, Parts
from training.whole_call import LATER

FOLDER = PROJECT_ROOT / "data" / "training"
STRENGTH = 1.0
"""Inverse strength of the L2 penalty (scikit-learn's ``C``), for lines and calls; 3 and 10 were no better on writers left out."""
TELLING = 5.0
"""Weight of a line that shows other business, of which there are few beside thousands of others."""
GATED_FROM, GATED_BRIEFLY_FROM, BRIEF, MOST_FACTS = 0.5, 0.75, 4, 5
"""Probability from which a call is gated, the same for one of fewer than four lines of the caller, and the most facts of a need. On
writers left out they gate no golden call of a prospect, and 2 of the 24 dialogues in which one speaks of the same things."""
SCENE_WEIGHT = 0.3
"""Weight of a scene beside a call: a piece of a call, with few facts for that reason alone."""
FOLDS = 6
"""Parts of the dialogues written for this, which one writer wrote, scored in turn by models of the others."""
HEADER = "# Weights of the gate for callers with other business. Written by: python -m training.no_prospect\n"
_SPOKEN = re.compile(r"([AU])(?:\[([^\]]*)\])?: (.*)")

Vector = NDArray[np.float32]


class Talk(NamedTuple):
    """One call, dialogue or scene: who wrote it, its lines, and by number of the caller's line why there is no prospect."""

    writer: str
    items: tuple[TranscriptItem, ...]
    reasons: dict[int, str]
    spans: tuple[Span, ...]

    @property
    def gated(self) -> bool:
        return bool(self.reasons)


class Meanings:
    """Vectors of texts, each read once."""

    def __init__(self) -> None:
        self._known: dict[str, Vector] = {}

    def of(self, texts: Sequence[str]) -> Vector:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, shared_encoder().vectors(new), strict=True))
        return np.stack([self._known[text] for text in texts]) if texts else np.zeros((0, 384), np.float32)


class Gate(NamedTuple):
    caller: LineOdds
    agent: LineOdds


def dialogues(path: Path, writer: Callable[[int], str], engine: EmbeddedEngine) -> list[Talk]:
    """Read dialogues in plain text, parted by blank lines; ``U[reason]`` marks what shows that there is no prospect."""
    blocks = [block for block in path.read_text(encoding="utf-8").split("\n\n") if block.strip()]
    return [_talk(writer(n), block, engine) for n, block in enumerate(blocks)]


def _talk(writer: str, block: str, engine: EmbeddedEngine, *, marked: bool = True) -> Talk:
    lines = [found.groups() for line in block.splitlines() if (found := _SPOKEN.match(line))]
    items = tuple(
        TranscriptItem(id=f"item_{n}", role="user" if who == "U" else "agent", text=text) for n, (who, _, text) in enumerate(lines)
    )
    labels = [label for who, label, _ in lines if who == "U"]
    reasons = {n: label for n, label in enumerate(labels) if label} if marked else {}
    return Talk(writer, items, reasons, engine.annotate([items])[0].spans)


def golden(reference: Reference, engine: EmbeddedEngine) -> Iterator[Talk]:
    """Yield the golden calls that may be read, and those kept for calibration in which the label names a fact."""
    marks: dict[str, dict[int, str]] = {}
    for row in (FOLDER / "no_prospect" / "golden_lines.txt").read_text(encoding="utf-8").splitlines():
        call, reason, *numbers = row.split()
        marks.setdefault(call, {}).update({int(n): reason for n in numbers})
    parts = reference.table(Parts)
    for labelled in calls_in(GOLDEN_SCRIPTS):
        script, sales = labelled.gold.script, labelled.gold.sales
        told = sales.team_size or sales.monthly_volume or sales.current_tool or sales.buying_signals or sales.objections
        if parts.of(script) in ("seen", "validation") or (parts.calibrates(script) and told):
            items = read_document(json.dumps(labelled.document).encode(), now=LATER).transcript
            writer, number, *_ = script.split("_")
            if lines_of(items, "user") and not recording_in(items, reference):
                yield Talk(writer, tuple(items), marks.get(f"{writer}_{number}", {}), engine.annotate([items])[0].spans)


def scenes(engine: EmbeddedEngine) -> list[Talk]:
    """Read the scenes of three lines of the caller or more, in as many folds as the dialogues."""
    blocks = [b for path in sorted((FOLDER / "scenes").glob("*.txt")) for b in path.read_text(encoding="utf-8").split("\n\n")]
    longer = [block for block in blocks if len(re.findall(r"^U", block, re.MULTILINE)) > 2]
    return [_talk(f"scenes {n % FOLDS}", block, engine, marked=False) for n, block in enumerate(longer)]


def fitted(talks: Sequence[Talk], meanings: Meanings) -> Gate:
    """Fit the models of lines. Of a caller with other business unmarked lines teach nothing, and all of the agent's are answers."""
    said: list[tuple[str, bool]] = []
    answers: list[tuple[str, bool]] = []
    for talk in talks:
        said += [(text, reason is not None) for text, reason in _callers(talk) if reason or not talk.gated]
        answers += [(item.text, talk.gated) for item in lines_of(talk.items, "agent")]
    return Gate(_line(said, meanings), _line(answers, meanings))


def _callers(talk: Talk) -> Iterable[tuple[str, str | None]]:
    spoken = (item for item in talk.items if item.role == "user")
    return [(item.text, talk.reasons.get(n)) for n, item in enumerate(spoken) if len(item.text.split()) >= FEWEST_WORDS]


def _line(lines: Sequence[tuple[str, bool]], meanings: Meanings) -> LineOdds:
    telling = np.array([tells for _, tells in lines])
    model: Any = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit(meanings.of([text for text, _ in lines]), telling, sample_weight=np.where(telling, TELLING, 1.0))
    return _as_line(model.intercept_[0], model.coef_[0])


def _as_line(bias: float, weights: Iterable[float]) -> LineOdds:
    return LineOdds(bias=round(float(bias), 3), weights=tuple(round(float(weight), 3) for weight in weights))


def reasons_of(talks: Sequence[Talk], meanings: Meanings) -> dict[str, LineOdds]:
    """Fit which reason a line shows, among lines that show one."""
    lines = [(text, reason) for talk in talks for text, reason in _callers(talk) if reason]
    model: Any = LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced")
    model.fit(meanings.of([text for text, _ in lines]), [reason for _, reason in lines])
    rows = zip(model.classes_.tolist(), model.intercept_, model.coef_, strict=True)
    return {reason: _as_line(bias, weights) for reason, bias, weights in rows}


def features(talk: Talk, gate: Gate, meanings: Meanings) -> tuple[float, float, float, float]:
    """Return the likeliest line of the caller, the likeliest answer of the agent, the number of facts and that of lines read."""
    lines = lines_of(talk.items, "user")
    caller = gate.caller.scores(meanings.of([item.text for item in lines]))
    agent = gate.agent.scores(meanings.of([item.text for item in lines_of(talk.items, "agent")]))
    likeliest = float(caller.max(initial=gate.caller.bias))
    return likeliest, float(agent.max(initial=gate.agent.bias)), float(facts_of_need(talk.spans)), float(len(lines))


def odds_of(rows: NDArray[Any], truth: NDArray[Any], weights: NDArray[Any]) -> WholeCallOdds:
    readable = rows[:, 2] <= MOST_FACTS
    model: Any = LogisticRegression(C=1.0).fit(_joined(rows[readable]), truth[readable], sample_weight=weights[readable])
    caller, agent, facts = (round(float(weight), 3) for weight in model.coef_[0])
    return WholeCallOdds(bias=round(float(model.intercept_[0]), 3), caller=caller, agent=agent, facts=facts)


def _joined(rows: NDArray[Any]) -> NDArray[Any]:
    """Return what the odds of a call are made of: the third fact of a need says less than the first."""
    return np.column_stack([rows[:, :2], np.log1p(rows[:, 2])])


def gates(rows: NDArray[Any], odds: WholeCallOdds) -> NDArray[Any]:
    logits = _joined(rows) @ np.array([odds.caller, odds.agent, odds.facts]) + odds.bias
    least = np.where(rows[:, 3] < BRIEF, GATED_BRIEFLY_FROM, GATED_FROM)
    return (1 / (1 + np.exp(-logits)) >= least) & (rows[:, 2] <= MOST_FACTS)


def told(name: str, gated: NDArray[Any], truth: NDArray[Any]) -> None:
    right, wrong = int((gated & truth).sum()), int((gated & ~truth).sum())
    print(f"{name}: {len(truth)}, {int(truth.sum())} without a prospect; gated {right} of these and {wrong} others")


def main() -> None:
    reference, meanings = Reference(), Meanings()
    engine = EmbeddedEngine(reference)
    calls = list(golden(reference, engine))
    own = dialogues(FOLDER / "no_prospect" / "train.txt", lambda n: f"written {n % FOLDS}", engine)
    unseen = dialogues(FOLDER / "no_prospect" / "test.txt", lambda _: "unseen", engine)
    plain = scenes(engine)
    teaching, judging = plain[::2], plain[1::2]
    talks = [*calls, *own]
    models = {w: fitted([*(t for t in talks if t.writer != w), *teaching], meanings) for w in {t.writer for t in talks}}
    gate = fitted([*talks, *teaching], meanings)
    rows = np.array([features(t, models[t.writer], meanings) for t in talks] + [features(t, gate, meanings) for t in judging])
    truth = np.array([t.gated for t in (*talks, *judging)])
    writers = np.array([t.writer for t in (*talks, *judging)])
    pieces = np.char.startswith(writers.astype(str), "scenes")
    weights = np.where(pieces, SCENE_WEIGHT, 1.0)
    left_out = np.zeros(len(truth), bool)
    for writer in set(writers.tolist()):
        of = writers == writer
        left_out[of] = gates(rows[of], odds_of(rows[~of], truth[~of], weights[~of]))
    written = np.char.startswith(writers.astype(str), "written")
    for name, of in (("golden calls", ~written & ~pieces), ("written dialogues", written), ("scenes", pieces)):
        told(f"{name}, each writer left out", left_out[of], truth[of])
    odds = odds_of(rows, truth, weights)
    told(
        "unseen dialogues",
        gates(np.array([features(t, gate, meanings) for t in unseen]), odds),
        np.array([t.gated for t in unseen]),
    )
    contents = OtherBusinessModel.model_validate({
        "gated_from": GATED_FROM,
        "gated_briefly_from": GATED_BRIEFLY_FROM,
        "brief": BRIEF,
        "most_facts": MOST_FACTS,
        "call": odds,
        "caller": gate.caller,
        "agent": gate.agent,
        "reasons": reasons_of(talks, meanings),
    })  # fmt: skip
    text = yaml.safe_dump(contents.model_dump(mode="json"), sort_keys=False, default_flow_style=None, width=132)
    (reference.folder / OtherBusinessModel.file).write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    main()
