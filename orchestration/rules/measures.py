"""``data/measures.yml``: what is measured, as sums over the rollups, read by reports, alerts and dashboards alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contract.reference import ReferenceTable

Unit = Literal["count", "percent", "ms", "minutes", "usd", "score"]
Rollup = Literal["calls", "mentions"]
Period = Literal["hourly", "daily"]
Number = int | float | Decimal


class Target(BaseModel):
    """Bounds of a good value, in the measure's unit; two of them are a range. ``below`` and ``above`` are strict."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    below: float | None = None
    at_most: float | None = None
    above: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Target:
        if not self.model_fields_set:
            raise ValueError("a target needs below, at_most, above or at_least")
        return self

    def is_met(self, value: float) -> bool:
        return (
            (self.below is None or value < self.below)
            and (self.at_most is None or value <= self.at_most)
            and (self.above is None or value > self.above)
            and (self.at_least is None or value >= self.at_least)
        )


class Measure(BaseModel):
    """One measure; the file's own comments explain the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = Field(min_length=1)
    rollup: Rollup = "calls"
    numerator: str = Field(min_length=1)
    denominator: str | None = None
    unit: Unit
    decimals: int = Field(default=0, ge=0)
    better: Literal["up", "down", "neither"]
    target: Target | None = None
    minimum_n: int = Field(default=1, ge=1)

    def table(self, period: Period) -> str:
        return f"{period}_{self.rollup}"


@dataclass(frozen=True)
class Measured:
    """A measure over some window. Both sums are ``None`` when the window has no rows or nothing was measured in it."""

    measure: Measure
    numerator: Number | None = None
    denominator: Number | None = None

    @property
    def value(self) -> float | None:
        """The sum, or the quotient of both sums; ``None`` means not measured, which is never 0."""
        if self.numerator is None or self.measure.denominator is None:
            return None if self.numerator is None else float(self.numerator)
        return float(self.numerator / self.denominator) if self.denominator else None  # pyright: ignore[reportOperatorIssue]

    @property
    def count(self) -> int:
        """The numerator as a count; 0 for a window without rows."""
        return int(self.numerator or 0)

    @property
    def n(self) -> int:
        """What the quotient is of; 0 for a plain sum."""
        return int(self.denominator or 0)

    @property
    def is_target_met(self) -> bool | None:
        """``None`` without a target or a value."""
        target, value = self.measure.target, self.value
        return None if target is None or value is None else target.is_met(value)

    @property
    def is_enough(self) -> bool:
        """Return whether the n allows an alert or a comparison; a plain sum always does."""
        return self.measure.denominator is None or self.n >= self.measure.minimum_n


class Measures(ReferenceTable):
    """The whole file. Names and labels are unique, since charts, lines and alerts are known by them."""

    file: ClassVar[str] = "measures.yml"
    measures: tuple[Measure, ...]

    @model_validator(mode="after")
    def _names_and_labels_are_unique(self) -> Measures:
        for texts in ([measure.name for measure in self.measures], [measure.label for measure in self.measures]):
            twice = sorted({text for text in texts if texts.count(text) > 1})
            if twice:
                raise ValueError(f"{', '.join(twice)} stands there more than once")
        return self

    def named(self, name: str) -> Measure:
        """Return one measure; ``KeyError`` for a name the file does not have."""
        found = next((measure for measure in self.measures if measure.name == name), None)
        if found is None:
            raise KeyError(name)
        return found


def sums(measures: Iterable[Measure]) -> str:
    """Return the select list of these measures of one rollup: two columns each, ``<name>`` and ``<name>.n``."""
    return ", ".join(f'{each.numerator} as "{each.name}", {each.denominator or "null"} as "{each.name}.n"' for each in measures)


def measured(measures: Sequence[Measure], row: Mapping[str, Any]) -> dict[str, Measured]:
    """Return the measures by name from a row that ``sums`` selected; an empty row gives measures without a value."""
    return {each.name: Measured(each, row.get(each.name), row.get(f"{each.name}.n")) for each in measures}
