"""Fit the call-level sentiment on labelled calls: ``python -m training.call_sentiment SESSIONS GOLD``.

SESSIONS and GOLD are the folders of expanded golden calls. The accuracy noted in ``data/call_sentiment.yml`` is across
writers: each writer's calls are judged by a model that saw only the others'.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from analyzers.call import AnnotatedCall
from analyzers.language.embedded import EmbeddedEngine
from analyzers.sentiment.course import course
from analyzers.sentiment.overall import CallSentiment
from contract.reading import read_document
from contract.reference import Reference

STRENGTH = 0.1
"""Inverse strength of the L2 penalty (scikit-learn's ``C``): strong, since there are few calls and many numbers."""
PLAIN_WORDS = 0.3
"""Mean sentiment score from which the caller's words decide without the model (``CallSentiment.plain_words``)."""
LATER = datetime(2100, 1, 1, tzinfo=UTC)  # labelled calls may be dated ahead


class TrainingCall(NamedTuple):
    writer: str
    label: str
    numbers: dict[str, float]


def labelled_calls(sessions: Path, gold: Path) -> list[TrainingCall]:
    """Return every call in which the caller speaks and whose labels have a sentiment."""
    engine, found = EmbeddedEngine(Reference()), list[TrainingCall]()
    for path in sorted(sessions.glob("*.json")):
        reading: dict[str, Any] = json.loads((gold / path.name).read_text(encoding="utf-8"))
        document = read_document(path.read_bytes(), now=LATER)
        call = AnnotatedCall(document, engine.annotate([document.transcript])[0])
        caller = [utterance for utterance in call.annotations.utterances if utterance.role == "user"]
        if caller and reading.get("sentiment"):
            writer = Path(reading["script"]).stem.partition("_")[0]
            found.append(TrainingCall(writer, reading["sentiment"]["overall"], course(call, caller)))
    return found


def fitted(calls: list[TrainingCall]) -> dict[str, Any]:
    """Fit and return the contents of ``data/call_sentiment.yml``; scaling is folded into the weights."""
    names = list(calls[0].numbers)
    numbers = np.array([[call.numbers[name] for name in names] for call in calls])
    labels = np.array([call.label for call in calls])
    writers = np.array([call.writer for call in calls])
    guessed = np.asarray(cross_val_predict(_model(), numbers, labels, groups=writers, cv=LeaveOneGroupOut()))
    model = _model().fit(numbers, labels)
    return {
        "fitted": {"calls": len(calls), "writers": len(set(writers)), "accuracy": round(float(np.mean(guessed == labels)), 3)},
        "plain_words": PLAIN_WORDS,
        "weights": _weights(model, names),
    }


def _model() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=5000))


def _weights(model: Pipeline, names: list[str]) -> dict[str, dict[str, float]]:
    scaler, regression = model.named_steps["standardscaler"], model.named_steps["logisticregression"]
    slopes: NDArray[Any] = regression.coef_ / scaler.scale_
    biases: NDArray[Any] = regression.intercept_ - slopes @ scaler.mean_
    return {
        str(label): {"bias": round(float(bias), 4), **{n: round(float(v), 4) for n, v in zip(names, row, strict=True)}}
        for label, bias, row in zip(regression.classes_, biases, slopes, strict=True)
    }


HEADER = "# Weights of the caller's overall sentiment (spec 3.4), written by: python -m training.call_sentiment SESSIONS GOLD\n"


def main(sessions: str, gold: str) -> None:
    contents = fitted(labelled_calls(Path(sessions), Path(gold)))
    CallSentiment.model_validate(contents)
    target = Reference().folder / CallSentiment.file
    target.write_text(HEADER + yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
