"""The school register: what a file would change, and changing it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from workshops.actions import closings
from workshops.actions.closings import Coverage
from workshops.actions.differences import RegisterChanges, compare
from workshops.actions.registry import Registry
from workshops.actions.turns import take_turn
from workshops.cpr import hide_cpr
from workshops.folding import fold_search
from workshops.models import Batch, Mark, RegisterCoverage, School, SchoolVersion, User
from workshops.readers.school_register import RegisterRow

ATTRIBUTES = tuple(field.name for field in fields(RegisterRow) if field.name != "number")
_WITHOUT_BAR = str.maketrans({"ø": "o", "å": "a"})


@dataclass(frozen=True)
class Applied:
    """What an applied file left behind: its batch, and what it changed."""

    batch: Batch
    difference: RegisterChanges


def known() -> Registry:
    """Return all that files have said so far. Two queries."""
    histories: dict[str, dict[datetime.date, RegisterRow]] = {}
    columns = ("valid_from", "school__number", *ATTRIBUTES)
    for valid_from, number, *attributes in SchoolVersion.objects.values_list(*columns):
        histories.setdefault(number, {})[valid_from] = RegisterRow(number, *attributes)
    covered = RegisterCoverage.objects.values_list("valid_from", "municipality_code")
    return Registry(histories, frozenset(Coverage(*pair) for pair in covered))


def preview(
    rows: Sequence[RegisterRow], *, valid_from: datetime.date, complete: bool = False
) -> RegisterChanges:
    """Return what applying *rows* would change; writes nothing."""
    before = known()
    after = before.told(rows, valid_from=valid_from, complete=complete)
    return compare(before, after, rows, valid_from=valid_from)


def apply(
    rows: Sequence[RegisterRow],
    *,
    valid_from: datetime.date,
    complete: bool = False,
    file_name: str,
    digest: str,
    ignored: int = 0,
    by: User | None,
    now: datetime.datetime | None = None,
) -> Applied:
    """Keeps what the file says from *valid_from* on, closes what it leaves out (with *complete*).

    In one transaction: keeps the batch, makes new schools and keeps their search text, stores what
    was said of each for that date, covers the municipalities, derives the closings anew, and marks
    that figures are to be asked for again when anything but the batch was written.
    """
    now = now or timezone.now()
    with transaction.atomic():
        take_turn()
        before = known()
        after = before.told(rows, valid_from=valid_from, complete=complete)
        difference = compare(before, after, rows, valid_from=valid_from)
        batch = Batch.objects.create(
            kind=Batch.Kind.REGISTER,
            by=by,
            at=now,
            file_name=hide_cpr(file_name),
            digest=digest,
            counts=difference.counts(ignored=ignored),
        )
        written = [
            _write_schools(after),
            _write_versions(before, after, valid_from, batch),
            _write_coverages(before, after),
            closings.rebuild(),
        ]
        if any(written):
            Mark.objects.create(session=None, reason="register", at=now)
    return Applied(batch, difference)


def search_text_of(name: str, town: str) -> str:
    """Return what the search box looks in: the folded name and town, and each word of them
    with a bare o or a for ø and å, as people without a Danish keyboard type it.
    """
    text = f"{name} {town}"
    words = fold_search(text)
    bare = fold_search(text.casefold().translate(_WITHOUT_BAR)).split()
    return " ".join([words, *(word for word in bare if word not in words)])[:255]


def _write_schools(after: Registry) -> bool:
    """Make new schools, and correct what is kept for the search box from the latest version."""
    stored = {
        number: kept
        for number, *kept in School.objects.values_list("number", "search_text", "is_school")
    }
    wanted = []
    for number in sorted(after.histories):
        latest = after.latest(number)
        is_school = latest.type_code[:1] in settings.SCHOOL_TYPE_PREFIXES
        text = search_text_of(latest.name, latest.town)
        if stored.get(number) != [text, is_school]:
            wanted.append(School(number=number, search_text=text, is_school=is_school))
    School.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["search_text", "is_school"],
    )
    return bool(wanted)


def _write_versions(
    before: Registry, after: Registry, valid_from: datetime.date, batch: Batch
) -> bool:
    keys = dict(School.objects.values_list("number", "pk"))
    wanted = [
        SchoolVersion(
            school_id=keys[number],
            valid_from=valid_from,
            batch=batch,
            **{column: getattr(history[valid_from], column) for column in ATTRIBUTES},
        )
        for number, history in sorted(after.histories.items())
        if valid_from in history
        and before.histories.get(number, {}).get(valid_from) != history[valid_from]
    ]
    SchoolVersion.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["school", "valid_from"],
        update_fields=[*ATTRIBUTES, "batch"],
    )
    return bool(wanted)


def _write_coverages(before: Registry, after: Registry) -> bool:
    new = sorted(after.coverages - before.coverages)
    RegisterCoverage.objects.bulk_create(
        RegisterCoverage(valid_from=one.valid_from, municipality_code=one.municipality_code)
        for one in new
    )
    return bool(new)
