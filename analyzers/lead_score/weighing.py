"""Weigh the factors of the score by the call as a whole, so that the total says what the whole call says (spec 3.2).

What the caller is like and how much was talked says little of whether they buy: a long call for support scored like a purchase. So
the fitted verdict on the whole call (``analyzers.whole_call``), or the engine's where it judges calls, sets the band of the total.
Points of behaviour, intent and fit count more or less until the total lies there; who the company is stays as it was said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, fsum

from analyzers.lead_score.models import Component, KeyFactor, Temperature
from analyzers.lead_score.scoring import MAXIMA, Scoring, Thresholds
from analyzers.likelihoods import Likelihoods

WEIGHTED: tuple[Component, ...] = ("behavioral", "intent", "fit")
_NOTED = 0.1
"""Change of a factor's share (0-1) from which its reason says that it counts more or less."""
_WHY: Mapping[tuple[Temperature, bool], str] = {
    ("hot", True): "counts more: the call is one of a caller about to buy",
    ("hot", False): "counts less than in the surest calls",
    ("warm", True): "counts more: the interest is real",
    ("warm", False): "counts less: something is still open",
    ("nurture", True): "counts more: there is some interest",
    ("nurture", False): "counts less: the call is not about buying now",
}

Points = Mapping[Component, float]


def carried(factors: Sequence[KeyFactor]) -> list[KeyFactor]:
    """Let what was said carry the weight of what was not: that gives no points, and takes none away."""
    known = {name: fsum(f.of for f in factors if f.component == name and f.basis != "not_said") for name in MAXIMA}
    return [_scaled(f, MAXIMA[f.component] / known[f.component]) if f.basis != "not_said" else f for f in factors]


def unweighted(factors: Sequence[KeyFactor]) -> dict[Component, int]:
    """Return the whole points of each component as the factors give them."""
    return {name: floor(points + 0.5) for name, points in _points_by_component(factors).items()}


def weighted(factors: Sequence[KeyFactor], chances: Likelihoods, scoring: Scoring) -> tuple[list[KeyFactor], dict[Component, int]]:
    """Return the factors with their final points, and the whole points of each component.

    A total that no factor can carry (hot, and nothing known of the company) stays at the most that they give.
    """
    verdict = likeliest(chances)
    wanted = _points_by_component(factors)
    given = unweighted(factors)
    most: dict[Component, float] = {name: MAXIMA[name] if _known(factors, name) else 0.0 for name in WEIGHTED}
    rest = _total(fsum(wanted.values()), chances, verdict, scoring) - sum(given[n] for n in MAXIMA if n not in WEIGHTED)
    given |= _whole(_towards(wanted, most, rest), most)
    return [_to(f, wanted[f.component], given[f.component], verdict) for f in factors], given


def likeliest(chances: Likelihoods) -> Temperature:
    labels: tuple[Temperature, ...] = ("nurture", "warm", "hot")
    return max(labels, key=lambda label: chances.get(label, 0.0))


def _total(raw: float, chances: Likelihoods, verdict: Temperature, scoring: Scoring) -> int:
    """Return the mean of what the factors give and what the chances mean, inside the verdict's band."""
    expected = fsum(chances.get(label, 0.0) * points for label, points in scoring.middle.items())
    low, high = _band(verdict, scoring.thresholds)
    return min(high, max(low, round((raw + expected) / 2)))


def _band(verdict: Temperature, thresholds: Thresholds) -> tuple[int, int]:
    if verdict == "hot":
        lowest = 1 + thresholds.hot_above
        return lowest, 100
    return (thresholds.warm_from, thresholds.hot_above) if verdict == "warm" else (0, thresholds.warm_from - 1)


def _points_by_component(factors: Sequence[KeyFactor]) -> dict[Component, float]:
    return {name: round(fsum(f.points for f in factors if f.component == name), 2) for name in MAXIMA}


def _known(factors: Sequence[KeyFactor], name: Component) -> bool:
    return any(f.component == name and f.basis != "not_said" for f in factors)


def _towards(wanted: Points, most: Points, rest: float) -> dict[Component, float]:
    """Scale the weighted components down, or fill up what they miss, until they give ``rest`` points together."""
    have, could = fsum(wanted[name] for name in most), fsum(most.values())
    rest = min(max(rest, 0.0), could)
    if rest <= have:
        return {name: wanted[name] * rest / have if have else 0.0 for name in most}
    part = (rest - have) / (could - have)
    return {name: wanted[name] + (most[name] - wanted[name]) * part for name in most}


def _whole(points: Points, most: Points) -> dict[Component, int]:
    """Round so that the sum stays: the largest remainders get the points that rounding down has lost."""
    whole: dict[Component, int] = {name: floor(value + 1e-9) for name, value in points.items()}
    missing = round(fsum(points.values())) - sum(whole.values())
    by_rest: list[Component] = sorted(WEIGHTED, key=lambda name: whole[name] - points[name])
    rounded_up: tuple[Component, ...] = tuple(name for name in by_rest if whole[name] < most[name])
    for name in rounded_up[: max(0, missing)]:
        whole[name] += 1
    return whole


def _to(factor: KeyFactor, had: float, has: float, verdict: Temperature) -> KeyFactor:
    """Move a factor's points as its component's moved: down in proportion, up by the same part of what it misses."""
    if factor.component not in WEIGHTED or factor.basis == "not_said":
        return factor
    most = MAXIMA[factor.component]
    missing = factor.of - factor.points
    up = missing * (has - had) / (most - had) if has > had else factor.points * (has / had - 1) if had else 0.0
    moved = factor.model_copy(update={"points": round(factor.points + up, 2)})
    if abs(up) < _NOTED * factor.of:
        return moved
    return moved.model_copy(update={"why": f"{factor.why}; {_WHY[verdict, up > 0]}"})


def _scaled(factor: KeyFactor, times: float) -> KeyFactor:
    return factor.model_copy(update={"points": round(factor.points * times, 2), "of": round(factor.of * times, 2)})
