"""Which grades a class is of, read from its label as schools write it: 7.B, 8b, 0. klasse."""

import re

from workshops.folding import nfc

HIGHEST = 10
_NUMBER = r"0?(10|\d)(?!\d)\s*\.?"
_FIRST = re.compile(rf"(?:klassen?|kl)?[\s.]*{_NUMBER}")
_NEXT = re.compile(rf"\s*[a-zæøå]{{0,2}}\s*([-\u2010-\u2015]|[/+,&]|og\b)\s*{_NUMBER}")
_NURSERY = re.compile(r"(?:bh|børnehavekl)")
# A number of pupils; the classes of an upper secondary school, 1.g to 3.g and 1.hf.
_NO_GRADE = re.compile(r"\s*(?:elev|pupil|stk)|(?<=[1-3])\s*\.?\s*(?:g|hf|hhx|htx|stx)\b")


def named(label: str) -> frozenset[int]:
    """Return the grades that *label* begins with, of a mixed class all; none where it names none.

    "M1", "Specialklassen" and "Team Blå" name none; nor does "2.g", which may be a class 2.G as
    well as the second year of a gymnasium: nobody is asked about what only we find odd.
    """
    text = nfc(label).casefold().strip()
    if _NURSERY.match(text):
        return frozenset({0})
    first = _FIRST.match(text)
    if not first or _NO_GRADE.match(text, first.end(1)):
        return frozenset()
    found, latest, place = {int(first[1])}, int(first[1]), first.end()
    while following := _NEXT.match(text, place):
        if _NO_GRADE.match(text, following.end(2)):
            return frozenset()
        number, place = int(following[2]), following.end()
        is_range = following[1] not in {"/", "+", ",", "&", "og"}
        found |= set(range(latest, number + 1)) if is_range and latest < number else {number}
        latest = number
    return frozenset(found)


def is_outside(
    label: str, *, first: int | None, last: int | None, grade: int | None = None
) -> bool:
    """Say whether a class has pupils below *first* or above *last*; None is no limit.

    A *grade* that was told wins over what the label says.
    """
    grades = named(label) if grade is None else {grade}
    low, high = 0 if first is None else first, HIGHEST if last is None else last
    return any(not low <= one <= high for one in grades) and (first, last) != (None, None)
