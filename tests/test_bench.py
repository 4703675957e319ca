import pytest

from tests.benching import turns


def test_spread_is_the_median_and_both_ends():
    assert turns.Spread.of([3, 1, 9, 2, 4]) == turns.Spread(median=3, least=1, most=9)
    assert f"{turns.Spread.of([1.26, 3.0]):.1f}" == "2.1 (1.3-3.0)"


def test_ratio_is_taken_round_by_round():
    # The machine was half as fast in the second round; both felt it.
    assert turns.ratio([10, 5, 10], [100, 50, 80]) == turns.Spread(0.1, 0.1, 0.125)


def test_ratio_of_unequal_rounds_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        turns.ratio([1, 2], [1])


def test_turns_go_forth_and_back():
    order = []
    measures = {name: lambda name=name: order.append(name) or len(order) for name in "abc"}

    found = turns.in_turns(measures, rounds=3)

    assert "".join(order) == "abccbaabc"
    assert found == {"a": [1, 6, 7], "b": [2, 5, 8], "c": [3, 4, 9]}
