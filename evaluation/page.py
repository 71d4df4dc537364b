"""Format ``docs/accuracy.md``: for each engine the scoreboard by part with floors and goals, by writer, and the weak spots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.history import Result, StoredFigure
from evaluation.parts import Part
from evaluation.scores import DETAILS, HEADLINES, PLAIN

Board = Mapping[Part, tuple[Result, Result | None]]
"""Results by part, in the order to be shown: on the transcripts as they are, and on damaged ones where that was measured."""


@dataclass(frozen=True)
class EngineBoard:
    """Hold the results of one engine by part, and by writer on the transcripts as they are; ``remark`` says how it was measured."""

    parts: Board
    writers: Mapping[str, Result]
    remark: str = ""


_INTRODUCTION = """# Accuracy

Written by `make accuracy`: the golden calls ([`data/golden`](../data/golden/README.md)) analysed anew and compared with their gold
labels. `voice evaluate DIR` does the same for any folder of labelled calls.

- **seen**: calls the rules were written with in sight; what they are worth at best.
- **validation**: by other writers, read and tuned on.
- **test**: other calls of those writers, and all of writers `j` and `k`; scored, never read. Only this part says what to expect of
  calls nobody has seen.

Rates are shares of 1. Lists are scored by F1 of entries paired one to one (objections by category, buying signals by their words,
promises by owner and wording); single facts and judgements by exact match, null where the call is silent; volumes may be 10 % off,
question counts one. n counts labels. In brackets: 95 % of 1,000 resamples of the calls. 'noise' is the same calls with a tenth of
the words dropped or replaced as a speech recogniser would; it should stay within 5 points.

Callers who refuse consent get no reports, and count as missed; where a part has some, 'all who consent' under 'By writer' is the
part without them."""


def accuracy_page(boards: Sequence[EngineBoard], tolerance: float, sections: Sequence[str] = ()) -> str:
    """Format all engines, and their parts that have calls, as Markdown.

    ``tolerance`` is how much noise may cost (0-1), ``sections`` stand after the engines as they are.
    """
    measured = [section for board in boards for section in _engine(board, tolerance)]
    return "\n\n".join([_INTRODUCTION, *measured, *(section.strip() for section in sections)]) + "\n"


def _engine(board: EngineBoard, tolerance: float) -> list[str]:
    first = next(iter(board.parts.values()))[0]
    return [
        f"## Engine {first.engine}",
        " ".join(filter(None, (f"{first.evaluated_at:%Y-%m-%d}, version {first.version}.", board.remark))),
        *(_scoreboard(part, *results, tolerance) for part, results in board.parts.items()),
        f"### By writer (n in brackets)\n\n{_writers(board.writers)}",
        f"### Weak spots ({first.engine})",
        *(_weak_spots(part, *results, tolerance) for part, results in board.parts.items()),
        f"### Every figure ({first.engine})",
        _details(board.parts),
        f"### Confidence ({first.engine})",
        _confidence(board.parts),
    ]


def _writers(writers: Mapping[str, Result]) -> str:
    rows = [(writer, str(result.calls), *_cells(result)) for writer, result in writers.items()]
    return _table(("writer", "calls", *map(_name, HEADLINES)), rows)


def _cells(result: Result) -> list[str]:
    return [f"{_rate(f.value)} ({f.n})" if f and f.n else "–" for f in map(result.figure, HEADLINES)]


def _scoreboard(part: Part, plain: Result, noise: Result | None, tolerance: float) -> str:
    rows = [
        (
            _label(figure),
            f"**{_rate(figure.value)}**",
            _interval(figure),
            str(figure.n),
            _rate(figure.floor),
            _rate(figure.goal),
            _standing(figure),
            _noise(figure, noise, tolerance),
        )
        for figure in map(plain.figure, HEADLINES)
        if figure is not None
    ]
    header = ("figure", "value", "95 %", "n", "floor", "goal", "", "noise")
    return f"### {part.capitalize()}: {plain.calls} calls\n\n" + _table(header, rows)


def _weak_spots(part: Part, plain: Result, noise: Result | None, tolerance: float) -> str:
    below = [f"{_label(f)} {_rate(f.value)} (floor {_rate(f.floor)})" for f in plain.figures if _standing(f) == "below floor"]
    lost = [_label(f) for f in plain.figures if f.name in HEADLINES and _loss(f, noise) > tolerance]
    lowest = sorted((f for f in plain.figures if f.value is not None and f.n >= 5), key=lambda f: f.value or 0)[:5]
    lines = [
        f"- below their floor: {'; '.join(below) or 'none'}",
        *([f"- lose more than {round(tolerance * 100)} points to noise: {', '.join(lost) or 'none'}"] if noise else []),
        f"- lowest of all: {', '.join(f'{_label(f)} {_rate(f.value)}' for f in lowest)}",
    ]
    return f"**{part.capitalize()}**\n\n" + "\n".join(lines)


def _details(board: Board) -> str:
    parts = list(board)
    header = ("figure", *(column for part in parts for column in (part, "P / R", "n", "noise")))
    rows = [(_name(name), *(c for part in parts for c in _detail(name, *board[part]))) for name in dict.fromkeys(PLAIN)]
    return _table(header, rows)


def _detail(name: str, plain: Result, noise: Result | None) -> tuple[str, str, str, str]:
    figure, damaged = plain.figure(name), noise.figure(name) if noise else None
    if figure is None:
        return "–", "–", "0", "–"
    exact = figure.precision == figure.recall or name in DETAILS
    both = "" if exact else f"{_rate(figure.precision)} / {_rate(figure.recall)}"
    return _rate(figure.value), both, str(figure.n), _rate(damaged.value if damaged else None)


def _confidence(board: Board) -> str:
    parts = list(board)
    results = [board[part][0] for part in parts]
    lines = [
        f"- {part}: Brier score {_rate(r.brier)}, confidence is {_rate(r.calibration_error)} off on average ({r.claims} claims);"
        f" question counts are off by {_errors(r)}"
        for part, r in zip(parts, results, strict=True)
    ]
    header = ("said to be sure", *(column for part in parts for column in (f"{part}: right", "n")))
    rows = [
        (f"{bins[0].low:.1f}-{bins[0].high:.1f}", *(cell for b in bins for cell in (_rate(b.right), str(b.n))))
        for bins in zip(*(r.reliability for r in results), strict=True)
    ]
    return "\n".join(lines) + "\n\n" + _table(header, rows)


def _errors(result: Result) -> str:
    return ", ".join(f"{value} ({name.removesuffix('_questions')})" for name, value in result.question_error.items())


def _loss(figure: StoredFigure, noise: Result | None) -> float:
    damaged = noise.figure(figure.name) if noise else None
    return 0.0 if damaged is None or figure.value is None or damaged.value is None else figure.value - damaged.value


def _noise(figure: StoredFigure, noise: Result | None, tolerance: float) -> str:
    damaged = noise.figure(figure.name) if noise else None
    mark = " ✗" if _loss(figure, noise) > tolerance else ""
    return _rate(damaged.value if damaged else None) + mark


def _standing(figure: StoredFigure) -> str:
    if figure.value is None or figure.floor is None:
        return ""
    if figure.value < figure.floor:
        return "below floor"
    return "goal met" if figure.goal is not None and figure.value >= figure.goal else "floor met"


def _label(figure: StoredFigure) -> str:
    return _name(figure.name)


def _name(name: str) -> str:
    return name.replace("_", " ")


def _interval(figure: StoredFigure) -> str:
    return "–" if figure.low is None else f"[{_rate(figure.low)}, {_rate(figure.high)}]"


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
