"""Figures that are compared are taken in turns, since a machine's speed drifts."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

ROUNDS = 5
Figure = TypeVar("Figure")


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the ends of what several rounds gave."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of at least one value."""
        return cls(statistics.median(values), min(values), max(values))

    def times(self, factor: float) -> Spread:
        """In another unit."""
        return Spread(self.median * factor, self.least * factor, self.most * factor)

    def __format__(self, how: str) -> str:
        return f"{self.median:{how}} ({self.least:{how}}-{self.most:{how}})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours by theirs, round by round: what both felt of the machine falls out."""
    return Spread.of([mine / other for mine, other in zip(ours, theirs, strict=True)])


def in_turns(
    measures: Mapping[str, Callable[[], Figure]], rounds: int = ROUNDS
) -> dict[str, list[Figure]]:
    """What each of them gave in each round; every second round goes backwards."""
    found: dict[str, list[Figure]] = {name: [] for name in measures}
    for turn in range(rounds):
        for name in list(measures)[:: -1 if turn % 2 else 1]:
            found[name].append(measures[name]())
    return found
