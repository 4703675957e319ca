"""The order in which tests are dealt out."""

from collections import Counter

import pytest

from tests import conftest


def dealt(*, pure=0, quick=0, process=0, proof=0):
    """What is dealt, as letters in their order."""
    items = ["proof"] * proof + ["quick"] * quick + ["pure"] * pure + ["process"] * process
    weights = {"pure": 0, "quick": 1, "process": 2, "proof": 3}
    return conftest.in_order(items, weights.__getitem__)


def test_pure_first_then_long_among_quick_and_quick_at_the_end():
    order = dealt(pure=2, quick=9, process=2, proof=1)

    assert order == [
        *("pure", "pure"),
        *("proof", "quick", "quick"),
        *("process", "quick", "quick"),
        *("process", "quick", "quick"),
        *("quick", "quick", "quick"),
    ]


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"pure": 3},
        {"quick": 3},
        {"process": 3, "proof": 2},
        {"quick": 2, "process": 5},
        {"pure": 1, "quick": 100, "process": 7, "proof": 3},
    ],
)
def test_every_test_is_dealt_once(numbers):
    assert Counter(dealt(**numbers)) == Counter(numbers)
