"""The stage before anything happens: people, places, schools and the catalogue."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from demo import sources
from workshops.actions import school_register
from workshops.models import (
    Deliverer,
    District,
    Plan,
    School,
    SchoolVersion,
    Topic,
    User,
    Venue,
    Workshop,
)
from workshops.readers.problems import Problems
from workshops.readers.school_register import read_register
from workshops.readers.tables import digest_of

# What says that the demo is there already.
REGISTER_FILE = "demo-schools.csv"
_KNOWN_SINCE = datetime.date(2020, 1, 1)
_JOINTS = {"description": "\n\n", "preparation": "\n", "school_provides": "\n"}
_FREE, _SPECIAL, _HOME = "1013", "1015", "101"


@dataclass(frozen=True)
class Town:
    """Everybody and everything that the demo's sessions are made of."""

    now: datetime.datetime
    staff: dict[str, User]
    plan: Plan
    deliverer: Deliverer
    venues: dict[str, Venue]
    workshops: dict[str, Workshop]
    catalogue: list[dict[str, Any]]
    schools: dict[str, list[School]]
    """By kind: folk, free, special, outside."""
    silent: frozenset[int]
    """Keys of the schools without a mailbox."""


def build(now: datetime.datetime) -> Town:
    """Make staff, districts, venues, topics, workshops, the plan's code; import the schools."""
    catalogue = sources.read("catalogue")
    deliverer = Deliverer.objects.create(**catalogue["deliverer"])
    venues = _venues(catalogue)
    _import_schools(now)
    schools, silent = _schools()
    plan = sources.read("plan")
    return Town(
        now=now,
        staff=_staff(deliverer, now),
        plan=Plan.objects.create(code=plan["code"], title=plan["title"]),
        deliverer=deliverer,
        venues=venues,
        workshops=_workshops(catalogue, now),
        catalogue=catalogue["workshops"],
        schools=schools,
        silent=silent,
    )


def _staff(deliverer: Deliverer, now: datetime.datetime) -> dict[str, User]:
    """Make one user for each role; the same password, hashed once."""
    people = sources.read("people")
    password = make_password(people["password"])
    staff: dict[str, User] = {}
    for person in people["staff"]:
        outside = person.get("deliverer", False)
        is_root = person.get("superuser", False)
        user = User(
            email=person["email"],
            name=person["name"],
            password=password,
            is_staff=is_root,
            is_superuser=is_root,
            deliverer=deliverer if outside else None,
            access_ends=timezone.localdate(now) + datetime.timedelta(days=365) if outside else None,
            date_joined=now,
        )
        user.save()
        user.groups.set(Group.objects.filter(name__in=person["roles"]))
        staff[person["key"]] = user
    return staff


def _venues(catalogue: dict[str, Any]) -> dict[str, Venue]:
    districts = {
        name: District.objects.get_or_create(number=number, defaults={"name": name})[0]
        for number, name in enumerate(catalogue["districts"], start=1)
    }
    return {
        row["name"]: Venue.objects.create(
            name=row["name"], address=row["address"], district=districts[row["district"]]
        )
        for row in catalogue["venues"]
    }


def _workshops(catalogue: dict[str, Any], now: datetime.datetime) -> dict[str, Workshop]:
    topics = {
        row["slug"]: Topic.objects.get_or_create(slug=row["slug"], defaults=row)[0]
        for row in catalogue["topics"]
    }
    return {
        row["slug"]: _workshop(row, topics[row["topic"]], now) for row in catalogue["workshops"]
    }


def _workshop(row: dict[str, Any], topic: Topic, now: datetime.datetime) -> Workshop:
    lowest, highest = row["grades"] or (None, None)
    state = row.get("state", Workshop.State.PUBLISHED)
    texts = {
        f"{name}{language}": joint.join(row[f"{name}{language}"])
        for name, joint in (
            ("description", "\n\n"),
            ("preparation", "\n"),
            ("school_provides", "\n"),
        )
        for language in ("", "_en")
    }
    return Workshop.objects.create(
        slug=row["slug"],
        title=row["title"],
        title_en=row["title_en"],
        summary=row["summary"],
        summary_en=row["summary_en"],
        audience=row["audience"],
        topic=topic,
        grade_from=lowest,
        grade_to=highest,
        minutes=row["minutes"],
        needs_approval=row.get("needs_approval", False),
        state=state,
        published_at=None if state == Workshop.State.DRAFT else now,
        **texts,
    )


def _import_schools(now: datetime.datetime) -> None:
    """Read the extract of the register in, as import_register does."""
    problems = Problems()
    found = read_register(sources.SCHOOLS, problems=problems)
    school_register.apply(
        found.rows,
        valid_from=_KNOWN_SINCE,
        file_name=REGISTER_FILE,
        digest=digest_of(sources.SCHOOLS),
        ignored=found.ignored,
        by=None,
        now=now,
    )


def _schools() -> tuple[dict[str, list[School]], frozenset[int]]:
    """Return the demo's schools by kind, and the keys of those that have no mailbox."""
    kinds: dict[str, list[School]] = {"folk": [], "free": [], "special": [], "outside": []}
    names = {_FREE: "free", _SPECIAL: "special"}
    silent: set[int] = set()
    versions = SchoolVersion.objects.filter(batch__file_name=REGISTER_FILE)
    for version in versions.select_related("school").order_by("school__number"):
        away = version.municipality_code != _HOME
        kinds["outside" if away else names.get(version.type_code, "folk")].append(version.school)
        if not version.email:
            silent.add(version.school_id)
    return kinds, frozenset(silent)
