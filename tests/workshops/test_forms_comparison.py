"""Two versions of one form are told apart field by field, in words."""

from __future__ import annotations

import datetime

import pytest
from django import forms
from django.http import QueryDict

from tests.factories import create_topic
from workshops.forms.comparison import differences, renewed
from workshops.forms.fields import ClockField, DayField, NumberField
from workshops.models import Topic

pytestmark = pytest.mark.usefixtures("english")
SAVED = {
    "title": "Før",
    "day": datetime.date(2027, 1, 11),
    "since": datetime.time(9),
    "seats": 28,
    "kind": "a",
    "kinds": ["a", "b"],
    "ready": True,
    "revision": 3,
}


class Everything(forms.Form):
    """One field of each sort that the planning pages have."""

    title = forms.CharField(required=False)
    day = DayField()
    since = ClockField()
    seats = NumberField(label="Seats", wrong="No number.")
    kind = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")])
    kinds = forms.MultipleChoiceField(choices=[("a", "First"), ("b", "Second")], required=False)
    ready = forms.BooleanField(required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


def typed(**changed) -> Everything:
    sent = QueryDict(mutable=True)
    values = {
        "title": "Før", "day": "2027-01-11", "since": "9", "seats": "28", "kind": "a",
        "ready": "on", "revision": "3",
    }  # fmt: skip
    kinds = changed.pop("kinds", ["a", "b"])
    for name, value in (values | changed).items():
        if value is not None:
            sent[name] = value
    sent.setlist("kinds", kinds)
    form = Everything(sent)
    assert form.is_valid(), form.errors
    return form


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"title": "Efter"}, [("Title", "Før", "Efter")]),
        ({"title": ""}, [("Title", "Før", "Nothing")]),
        ({"title": "<b>"}, [("Title", "Før", "<b>")]),
        ({"day": "12.1.2027"}, [("Day", "2027-01-11", "2027-01-12")]),
        ({"day": "11.01.2027"}, []),
        ({"since": "kl. 9.00"}, []),
        ({"since": "9.15"}, [("Since", "09.00", "09.15")]),
        ({"seats": " 28 "}, []),
        ({"seats": "30"}, [("Seats", "28", "30")]),
        ({"seats": ""}, [("Seats", "28", "Nothing")]),
        ({"kind": "b"}, [("Kind", "First", "Second")]),
        ({"kinds": ["b", "a"]}, []),
        ({"kinds": ["b"]}, [("Kinds", "First, Second", "Second")]),
        ({"kinds": []}, [("Kinds", "First, Second", "Nothing")]),
        ({"ready": None}, [("Ready", "Yes", "No")]),
        ({"revision": "1"}, []),
    ],
)
def test_difference_is_told_in_words(changed, told):
    rows = differences(typed(**changed), SAVED)

    assert [(row.label, row.theirs, row.mine) for row in rows] == told


def test_every_difference_is_told_in_the_order_of_the_form():
    rows = differences(typed(title="X", kind="b", seats="1"), SAVED)

    assert [row.label for row in rows] == ["Title", "Seats", "Kind"]


@pytest.mark.django_db
def test_rows_of_the_database_are_told_by_name():
    first, second = create_topic(title="Demokrati"), create_topic(title="Medier")

    class Choosing(forms.Form):
        topic = forms.ModelChoiceField(Topic.objects.all(), required=False)
        topics = forms.ModelMultipleChoiceField(Topic.objects.all())

    sent = QueryDict(mutable=True)
    sent["topic"] = second.pk
    sent.setlist("topics", [first.pk, second.pk])
    form = Choosing(sent)
    assert form.is_valid()

    rows = differences(form, {"topic": None, "topics": [second.pk]})

    assert [(row.theirs, row.mine) for row in rows] == [
        ("Nothing", "Medier"),
        ("Medier", "Demokrati, Medier"),
    ]


def test_renewed_form_keeps_what_was_typed_and_takes_the_new_revision():
    form = typed(title="Efter", kinds=["b"])

    renewed(form, revision=7)

    assert (form["title"].value(), form["kinds"].value()) == ("Efter", ["b"])
    assert form["revision"].value() == "7"
    assert 'value="7"' in str(form["revision"])
