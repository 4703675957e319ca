"""What is read from the address of the catalogue, and what is left out of it."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from workshops.forms import filters
from workshops.reports.offers import Wanted


def test_everything_is_read():
    typed = QueryDict(
        "q=+mod++fremtiden&audience=pupils&grade=8&topic=b&topic=a&topic=a&district=7&language=en&free=1"
    )

    assert filters.read(typed) == Wanted(
        text="mod fremtiden",
        audience="elever",
        grade=8,
        topics=("a", "b"),
        district=7,
        language="en",
        only_free=True,
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "q=&audience=&grade=&district=&language=",
        "audience=elever&grade=11&language=de",
        "grade=-1&district=x",
        "grade=%C2%B2&district=99999999999999999999",
        "grade=8e1&topic=",
        "unknown=1",
    ],
)
def test_what_cannot_be_read_is_left_out(address):
    assert filters.read(QueryDict(address)) == Wanted()
    assert not filters.read(QueryDict(address))


def test_text_is_cut_and_never_refused():
    assert len(filters.read(QueryDict(f"q={'x' * 5000}")).text) == 100


@pytest.mark.parametrize(
    ("name", "value"), [("parents", "forældre"), ("professionals", "fagpersoner")]
)
def test_audiences_have_english_words_in_addresses(name, value):
    assert filters.read(QueryDict(f"audience={name}")).audience == value


def test_grade_zero_is_a_grade():
    assert filters.read(QueryDict("grade=0")).grade == 0
    assert filters.read(QueryDict("grade=0"))
