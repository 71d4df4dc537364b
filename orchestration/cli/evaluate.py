"""Run ``voice evaluate``: score the analyzers on labelled calls against floors and goals. The test part is scored, never read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, ERRORS, print_json, print_table

if TYPE_CHECKING:
    from analyzers.language.annotations import LanguageEngine
    from contract.platform.settings import Settings
    from contract.reference import Reference
    from evaluation.history import Result, StoredFigure

FOLDER = "Folder with 'sessions' and 'gold', or with 'scripts'."
CORPUS = "JSON lines of labelled dialogues, comments or questions to score."
REQUESTS = "Write what the openai engine would send for the calls to this folder, and score nothing. Needs no key."
RULES_ALONE = "With --answers: leave out what they judge of the whole call, so that our rules decide."
ANSWERS = "Score with the answers of this folder, <digest>.json for a request <digest>.txt. Needs no key."

Part = Literal["seen", "validation", "test"]
Difference = tuple[str, str, str, str]


def evaluate(
    folder: Annotated[Path | None, typer.Argument(help=FOLDER, exists=True, file_okay=False)] = None,
    part: Annotated[Part | None, typer.Option(help="Evaluate only calls of this part.")] = None,
    against: Annotated[str | None, typer.Option(help="Compare with a stored version on the same calls.")] = None,
    failures: Annotated[bool, typer.Option("--failures", help="List differences from the gold labels, call by call.")] = False,
    noise: Annotated[
        bool, typer.Option("--noise", help="Corrupt a tenth of the words first, as a speech recogniser would.")
    ] = False,
    engine: Annotated[Literal["embedded", "openai"] | None, typer.Option(help="Default: VOICE_ENGINE.")] = None,
    requests: Annotated[Path | None, typer.Option(help=REQUESTS, file_okay=False)] = None,
    answers: Annotated[Path | None, typer.Option(help=ANSWERS, exists=True, file_okay=False)] = None,
    rules_alone: Annotated[bool, typer.Option("--rules-alone", help=RULES_ALONE)] = False,
    corpus: Annotated[Path | None, typer.Option(help=CORPUS, exists=True, dir_okay=False)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare the nine reports with gold labels; results are stored in $VOICE_HOME/evaluations."""
    from contract.reference import Reference
    from evaluation.history import History
    from evaluation.run import evaluate_folder

    if (folder is None) == (corpus is None):
        raise ConfigurationFailure(
            "There is nothing to evaluate.", "Give a folder of labelled calls, or a file with --corpus, not both."
        )
    if requests is not None or answers is not None or rules_alone:
        _refuse_other_engines(engine, corpus, rules_alone and answers is None)
    settings, reference = load_settings(), Reference()
    if requests is not None:
        _write_requests(folder or Path(), reference, requests, part, json)
        return
    chosen = _recorded(answers, reference, rules_alone) if answers else _engine(engine or settings.engine, settings, reference)
    if corpus is not None:
        _print_corpus(corpus, chosen, reference, json)
        return
    found = evaluate_folder(
        folder or Path(),
        chosen,
        reference,
        History(settings.evaluations_dir),
        settings.clock(),
        part=part,
        against=against,
        list_differences=failures,
        noise=noise,
    )
    if json:
        print_json(found.as_dict())
        return
    _print_result(found.result, found.before)
    if found.differences is not None:
        print_table("Differences from the gold labels", ("call", "fact", "gold", "reported"), found.differences)


def _refuse_other_engines(engine: str | None, corpus: Path | None, rules_without_answers: bool) -> None:
    if rules_without_answers:
        raise ConfigurationFailure("There is no judgement to leave out.", "Give the folder of recorded answers with --answers.")
    if engine == "embedded" or corpus is not None:
        raise ConfigurationFailure(
            "Requests and answers are those of the openai engine for labelled calls.", "Leave out --engine embedded and --corpus."
        )


def _engine(name: str, settings: Settings, reference: Reference) -> LanguageEngine:
    from orchestration.annotation.engine import engine_for
    from orchestration.state.database import StateDatabase

    return engine_for(name, settings, reference, lambda: StateDatabase(settings.state))


def _recorded(answers: Path, reference: Reference, rules_alone: bool) -> LanguageEngine:
    from evaluation.recorded_answers import RecordedAnswers

    engine = RecordedAnswers(answers, reference, rules_alone=rules_alone)
    if engine.of_another_prompt:
        ERRORS.print("These answers were given to another version of the prompt: see version.txt beside them.", style="yellow")
    return engine


def _write_requests(folder: Path, reference: Reference, target: Path, part: Part | None, json: bool) -> None:
    from evaluation.run import write_requests_of

    written = write_requests_of(folder, reference, target, part)
    if json:
        print_json({"requests": written, "folder": str(target)})
    else:
        CONSOLE.print(f"{written} requests in {target}; answer each <digest>.txt by a <digest>.json of schema.json.")


def _print_result(result: Result, before: Result | None) -> None:
    title = f"{result.calls} calls ({result.part}, {result.variant}), {result.engine} {result.version}"
    columns = ["figure", "value", "95 %", "n", "P / R", "floor / goal", ""]
    rows = [_row(figure) for figure in result.figures]
    if before is not None:
        columns += [f"before ({before.version})", "change"]
        rows = [[*row, *_change(figure, before)] for row, figure in zip(rows, result.figures, strict=True)]
    print_table(title, columns, rows)
    bins = [(f"{b.low:.1f}-{b.high:.1f}", b.n, _rate(b.confidence), _rate(b.right)) for b in result.reliability]
    print_table(f"Confidence: Brier score {_rate(result.brier)} over {result.claims} claims", ("bin", "n", "sure", "right"), bins)
    off = ", ".join(f"{name.replace('_', ' ')} {error}" for name, error in result.question_error.items())
    CONSOLE.print(f"Mean absolute error: {off or 'nothing to measure'}")


def _row(figure: StoredFigure) -> list[object]:
    interval = None if figure.low is None else f"{_rate(figure.low)}-{_rate(figure.high)}"
    below = figure.value is not None and figure.floor is not None and figure.value < figure.floor
    exact = figure.precision == figure.recall
    return [
        figure.name.replace("_", " "),
        _rate(figure.value),
        interval,
        figure.n,
        None if exact else f"{_rate(figure.precision)} / {_rate(figure.recall)}",
        f"{_rate(figure.floor)} / {_rate(figure.goal)}" if figure.goal else _rate(figure.floor),
        "below" if below else None,
    ]


def _change(figure: StoredFigure, before: Result) -> tuple[str | None, str | None]:
    then = before.figure(figure.name)
    if then is None or then.value is None or figure.value is None:
        return None, None
    return _rate(then.value), f"{figure.value - then.value:+.2f}"


def _rate(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _print_corpus(path: Path, engine: LanguageEngine, reference: Reference, json: bool) -> None:
    from evaluation.run import evaluate_corpus

    lines, figures = evaluate_corpus(path, engine, reference)
    if json:
        rows = [dict(zip(("label", "value", "precision", "recall", "n"), row, strict=True)) for row in figures]
        print_json({"engine": engine.name, "version": engine.version, "lines": lines, "figures": rows})
    else:
        columns = ("label", "F1 or accuracy", "precision", "recall", "n")
        print_table(f"{lines} lines, {engine.name} {engine.version}", columns, figures)
