"""Keep results as JSON lines in ``$VOICE_HOME/evaluations``, from which the warehouse builds ``analyzer_quality``.

A result is identified by engine, version, part, variant and a hash of the calls: the same evaluation again replaces its own line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from contract.platform.atomic_file import replace_file
from contract.platform.failures import PermanentFailure
from evaluation.calibration import Bin, brier, calibration_error, reliability
from evaluation.names import Level
from evaluation.scores import CallScore, ScoreFigure, figures, question_error

HISTORY = "history.jsonl"

Variant = Literal["plain", "noise"]


class StoredFigure(BaseModel):
    """Hold one figure with its floor and goal at the time; rates are 0-1, ``n`` counts labels."""

    model_config = ConfigDict(frozen=True)
    name: str
    value: float | None
    n: int
    precision: float | None
    recall: float | None
    low: float | None
    high: float | None
    floor: float | None
    goal: float | None


class Result(BaseModel):
    """Hold what one evaluation found. ``part`` is ``all`` when calls of any part were scored."""

    model_config = ConfigDict(frozen=True)
    engine: str
    version: str
    part: str
    variant: Variant
    calls: int
    calls_hash: str
    evaluated_at: AwareDatetime
    brier: float | None
    calibration_error: float | None
    claims: int
    reliability: tuple[Bin, ...]
    question_error: dict[str, float]
    figures: tuple[StoredFigure, ...]

    @property
    def key(self) -> tuple[str, ...]:
        return self.engine, self.version, self.part, self.variant, self.calls_hash

    def figure(self, name: str) -> StoredFigure | None:
        return next((figure for figure in self.figures if figure.name == name), None)


def result_of(
    scores: Sequence[CallScore],
    levels: dict[str, Level],
    *,
    engine: str,
    version: str,
    part: str,
    variant: Variant,
    calls_hash: str,
    now: datetime,
) -> Result:
    claims = [claim for score in scores for claim in score.claims]
    bins = reliability(claims)
    return Result(
        engine=engine,
        version=version,
        part=part,
        variant=variant,
        calls=len(scores),
        calls_hash=calls_hash,
        evaluated_at=now,
        brier=brier(claims),
        calibration_error=calibration_error(bins),
        claims=len(claims),
        reliability=tuple(bins),
        question_error=question_error(scores),
        figures=tuple(_stored(figure, levels) for figure in figures(scores).values()),
    )


def _stored(figure: ScoreFigure, levels: dict[str, Level]) -> StoredFigure:
    level = levels.get(figure.name)
    return StoredFigure(**figure._asdict(), floor=level and level.floor, goal=level and level.goal)


class History:
    """Read and write the file of results, which is replaced whole: a reader sees the old one or the new one."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / HISTORY

    def results(self) -> list[Result]:
        """Return the results, oldest first. Raises ``PermanentFailure`` when a line is not a result."""
        if not self._path.exists():
            return []
        try:
            return [Result.model_validate_json(line) for line in self._path.read_text(encoding="utf-8").splitlines() if line]
        except ValidationError:
            raise PermanentFailure(f"{HISTORY} holds a line that is no result.", "Remove the line, or the file.") from None

    def add(self, result: Result) -> None:
        """Add a result. One with the same content keeps its first time; one with other content replaces its line."""
        known = {kept.key: kept for kept in self.results()}
        before = known.get(result.key)
        if before is not None and before.model_copy(update={"evaluated_at": result.evaluated_at}) == result:
            return
        known[result.key] = result
        replace_file(self._path, "".join(f"{kept.model_dump_json()}\n" for kept in known.values()))

    def of_version(self, version: str, like: Result) -> Result:
        """Return the newest result of a version (a prefix suffices) on the same calls, else raise ``PermanentFailure``."""
        same = [r for r in self.results() if (r.part, r.variant, r.calls_hash) == (like.part, like.variant, like.calls_hash)]
        found = [r for r in same if version in (r.engine, f"{r.engine}:{r.version}") or r.version.startswith(version)]
        if not found:
            known = ", ".join(f"{r.engine}:{r.version}" for r in same) or "none"
            raise PermanentFailure(f"No result of version {version} on these calls is stored.", f"Stored are: {known}.")
        return max(found, key=lambda result: result.evaluated_at)
