"""Which schools somebody may mean by what they typed: by name or number, also misspelt."""

import datetime
import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from workshops.folding import fold_search
from workshops.models import School, SchoolVersion

MOST = 8
HANDFUL = 5  # fewer exact hits than this, and similar names are looked for too
SIMILAR = 72.0  # of 100: "Tingbjærg" finds Tingbjerg, "Valby" does not find Vanløse
SAINT = frozenset({"sankt", "sct", "skt", "st"})
_NUMBER = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(frozen=True, slots=True)
class Found:
    """A school as people tell it from others: name, number, address."""

    pk: int
    number: str
    name: str
    address: str

    @property
    def label(self) -> str:
        """What stands in the field when the school is chosen; `resolve` knows it by the number."""
        return f"{self.name} ({self.number})"


@dataclass(frozen=True, slots=True)
class Meant:
    """The school that a text names for certain, or those among which somebody must choose."""

    school: Found | None
    candidates: tuple[Found, ...] = ()


def search(text: str, *, day: datetime.date) -> list[Found]:
    """Return at most MOST schools open on *day*, the likeliest first.

    Those that hold every word of *text* come first, then those with similar words. Ranked in
    Python, since databases sort letters differently. Two queries, three with similar names.
    """
    holding, similar = _search(text, day=day)
    return _described((holding + similar)[:MOST], day=day)


def resolve(text: str, *, day: datetime.date) -> Meant:
    """Say which school *text* means: by its number, as the only one of its name, or not at all.

    A school that is merely similar is never taken without asking. At most three queries.
    """
    number = _NUMBER.search(text)
    if number:
        numbered = School.objects.open_on(day).filter(number=number.group(), is_school=True)
        found = _described(list(numbered.values_list("pk", flat=True)), day=day)
        return Meant(found[0] if found else None)
    holding, similar = _search(text, day=day)
    found = _described((holding + similar)[:MOST], day=day)
    named = [school for school in found if fold_search(school.name) == fold_search(text)]
    if len(named) == 1 or len(holding) == 1:
        return Meant((named or found)[0])
    return Meant(None, tuple(named or found))


def _search(text: str, *, day: datetime.date) -> tuple[list[int], list[int]]:
    """Return the keys of the schools that hold every word, and of those with similar words."""
    wanted = fold_search(text[:100])
    if len(wanted) < 2:
        return [], []
    is_open = School.objects.open_on(day)
    exact = dict(is_open.matching(wanted).values_list("pk", "search_text"))
    holding = _ranked(wanted, exact)
    if len(holding) >= HANDFUL:
        return holding, []
    every = is_open.filter(is_school=True).values_list("pk", "search_text")
    others = {pk: name for pk, name in every if pk not in exact}
    return holding, _ranked(wanted, others, least=SIMILAR)


def _ranked(wanted: str, names: dict[int, str], *, least: float = 0) -> list[int]:
    """Return the keys of *names* by likeness, then by name; those below *least* are left out."""
    scored = ((_likeness(wanted, name), name, pk) for pk, name in names.items())
    likely = [(-score, name, pk) for score, name, pk in scored if score >= least]
    return [pk for _score, _name, pk in sorted(likely)]


def _likeness(wanted: str, name: str) -> float:
    """Say from 0 to 100 how much of *wanted* stands in *name*, word by word or run together.

    A word may be cut short, as while typing; the worst word decides half of it, since "skole"
    alone is in every name.
    """
    words = name.split()
    best = [max((_word(part, word) for word in words), default=0.0) for part in wanted.split()]
    by_word = (sum(best) / len(best) + min(best)) / 2
    without_number = [word for word in words if not word.isdigit()]
    together = fuzz.ratio(wanted.replace(" ", ""), "".join(without_number))
    starts = 5.0 if name.startswith(wanted) else 0.0
    whole = 5.0 * fuzz.ratio(wanted, " ".join(without_number)) / 100
    return max(by_word, together) + starts + whole


def _word(part: str, word: str) -> float:
    if part in SAINT and word in SAINT:
        return 100.0
    return max(fuzz.ratio(part, word), fuzz.ratio(part, word[: len(part)]) - 2)


def _described(pks: list[int], *, day: datetime.date) -> list[Found]:
    """Return these schools, in this order, with what the register says of them on *day*."""
    in_force = SchoolVersion.objects.select_related("school").histories(pks).all_on(day)
    return [_found(in_force[pk]) for pk in pks if pk in in_force]


def _found(version: SchoolVersion) -> Found:
    return Found(
        pk=version.school_id,
        number=version.school.number,
        name=version.name,
        address=f"{version.address}, {version.postcode} {version.town}".strip(", "),
    )
