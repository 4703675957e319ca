"""A number of people that is typed: its field, and what speaks against it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from attendance import plausible
from attendance.reports.lines import Line
from workshops.forms.fields import NumberField


def _fill(text: Any, words: Mapping[str, object] | Line) -> str:
    found = {"title": words.title} if isinstance(words, Line) else words
    return str(text % found)


# Filled when somebody looks: what is saved without a fault is never put into words.
filled = lazy(_fill, str)


def number(name: Any, *, most: int, start: int | None = None) -> forms.Field:
    """Return a field for a number of people, typed in digits; its buttons begin at *start*."""
    wrong = _("%(name)s: write the number in digits, for example 24.")
    return NumberField(
        label=name,
        least=0,
        most=most,
        stepper=True,
        wrong=filled(wrong, {"name": name}),
        attrs={"data-start": str(start or 0)},
    )


def doubts_of(present: int, adults: int | None, *, booked: int, is_class: bool) -> list[str]:
    """Return what speaks against a number that was typed, and what to do about it."""
    most = plausible.bound(is_class=is_class)
    found = []
    if present > booked:
        found.append(_("You wrote %(present)s and %(booked)s are booked."))
    if present > most and is_class:
        found.append(_("You wrote %(present)s, and a class has hardly more than %(most)s."))
    elif present > most:
        found.append(_("You wrote %(present)s, and a hall has hardly room for more than %(most)s."))
    if is_class and plausible.are_too_many_adults(adults, present):
        found.append(_("You wrote %(adults)s adults and %(present)s pupils."))
    if found:
        found.append(_("Tick that the number is right, or change it."))
    words = {"present": present, "adults": adults, "booked": booked, "most": most}
    return [str(text % words) for text in found]


def they_came(present: int, adults: int | None) -> str:
    """Return the words of the tick that a doubtful number is right."""
    if adults:
        told = _("Yes, %(present)s came, and %(adults)s adults")
        return str(told % {"present": present, "adults": adults})
    return str(_("Yes, %(present)s came") % {"present": present})
