"""Random registrations: sessions, courses, and what later files correct in them."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from tests.plain_books import Row, label_key
from tests.random_plans import PLANS, WORKSHOPS

AUDIENCES = ("elever", "elever", "elever", "forældre", "fagpersoner")
HOURS = (
    ("00:00", "00:45"),
    ("08:15", "10:15"),
    ("10.00", "12.00"),
    ("10:00", "11:00"),
    ("23:00", "23:59"),
)
NIGHT = (("01:30", "03:30"), ("00:30", "01:30"), ("23:15", "23:45"))
AUTUMN = (*NIGHT, ("02:30", "02:50"), ("02:00", "03:00"))
SHARED = ("session", "plan", "workshop", "målgruppe", "dato", "start", "slut", "facilitator")


@dataclass(frozen=True)
class Size:
    """How much of everything; smaller numbers make smaller years."""

    schools: int = 6
    sessions: int = 18
    imports: int = 3
    plans: int = 2


@dataclass
class Maker:
    """What is known so far while a municipality is made."""

    dice: random.Random
    size: Size
    year: int
    numbers: list[str] = field(default_factory=list)
    plans: dict[tuple[str, int], dict] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    classes: list[tuple[str, str]] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)
    counter: int = 0

    def chance(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent

    def next(self) -> int:
        self.counter += 1
        return self.counter


def turning_days(year: int) -> list[datetime.date]:
    """Days on which things change, and their neighbours."""
    return [
        datetime.date(year - 1, 1, 1),
        datetime.date(year - 1, 12, 31),
        datetime.date(year, 1, 1),
        datetime.date(year, 3, 15),
        datetime.date(year, 7, 31),
        datetime.date(year, 8, 1),
        datetime.date(year, 8, 2),
        datetime.date(year, 12, 31),
        datetime.date(year + 1, 1, 1),
    ]


# --- new rows ---------------------------------------------------------------------------------


def new_session(maker: Maker) -> list[Row]:
    """One to three parties in a session of their own."""
    shared = make_shared(maker, maker.dice.choice(AUDIENCES), some_day(maker))
    rows = []
    for _ in range(maker.dice.choice((1, 1, 2, 3))):
        party = some_class(maker) if shared["målgruppe"] == "elever" else some_place(maker)
        rows += add_row(maker, shared, party)
    return rows


def new_course(maker: Maker) -> list[Row]:
    """Classes that meet again: over New Year, over 1 August, or anywhere."""
    code, dice = f"F{maker.dice.randint(1, 4)}", maker.dice
    around = dice.choice(
        (datetime.date(maker.year, 12, 20), datetime.date(maker.year, 7, 25), some_day(maker))
    )
    around -= datetime.timedelta(days=dice.choice((0, 0, 366)))
    parties = [some_class(maker) for _ in range(dice.choice((1, 1, 2)))]
    rows = []
    for _ in range(dice.randint(1, 4)):
        day = around + datetime.timedelta(days=dice.choice((0, 0, 5, 11, 13, 25)))
        shared = make_shared(maker, "elever", day)
        for party in parties:
            rows += add_row(
                maker,
                shared,
                {**party, "klasse": respelled(maker, party["klasse"]), "forløb": code},
            )
    return rows


def make_shared(maker: Maker, audience: str, day: datetime.date) -> Row:
    """What the rows of a session agree on."""
    dice = maker.dice
    start, end = dice.choice(hours_of(day) if maker.chance(90) else HOURS[1:3])
    codes = [*PLANS[: maker.size.plans], *PLANS[:1] * 3]
    again = maker.emptied and maker.chance(30)
    return {
        "session": maker.emptied.pop() if again else f"{dice.choice('SsX')}{maker.next()}",
        "plan": dice.choice(codes) if maker.chance(95) else "ukendt-plan",
        "workshop": dice.choice(WORKSHOPS),
        "målgruppe": audience,
        "dato": day.isoformat(),
        "start": start.replace(".", ":"),
        "slut": end.replace(".", ":"),
        "facilitator": dice.choice(("", "fac-01", "fac-02")),
    }


def hours_of(day: datetime.date) -> tuple:
    """Hours that exist: 02:30 does not on the last Sunday of March."""
    night = day.isoweekday() == 7 and day.day > 24
    if night and day.month == 3:
        return NIGHT
    return AUTUMN if night and day.month == 10 else HOURS


def some_day(maker: Maker) -> datetime.date:
    """Most in the year itself; often a turning day or the night on which the clock changes."""
    dice, year = maker.dice, maker.year
    if maker.chance(35):
        return dice.choice(turning_days(year))
    if maker.chance(15):
        month = dice.choice((3, 10))
        return max(
            d for d in (datetime.date(year, month, n) for n in range(25, 32)) if d.isoweekday() == 7
        )
    start = datetime.date(year + dice.choice((-1, 0, 0, 0, 0, 0, 1)), 1, 1)
    return start + datetime.timedelta(days=dice.randrange(365))


def some_class(maker: Maker) -> Row:
    number, label = maker.dice.choice(maker.classes)
    grade = maker.dice.choice(("", label[:-1]))
    return {
        "institutionsnummer": number,
        "klassetrin": grade,
        "klasse": respelled(maker, label),
        "forløb": "",
    }


def some_place(maker: Maker) -> Row:
    course = "F1" if maker.chance(10) else ""  # means nothing for them
    return {
        "institutionsnummer": maker.dice.choice(("", "", *maker.numbers)),
        "klassetrin": "",
        "klasse": "",
        "forløb": course,
    }


def respelled(maker: Maker, label: str) -> str:
    label = label_key(label)
    grade, letter = label[:-1], maker.dice.choice((label[-1].upper(), label[-1]))
    return f"{grade}{maker.dice.choice(('', '.', ' ', '. '))}{letter}"


def make_counts(maker: Maker) -> Row:
    dice = maker.dice
    status = dice.choice(("afholdt",) * 9 + ("aflyst", "flyttet", "udeblivelse"))
    came = dice.choice(("", "0", *(str(dice.randint(1, 30)) for _ in range(10))))
    if status != "afholdt":
        came = dice.choice(("", "", "0", "7"))
    approved = (
        ""
        if (not came and maker.chance(80)) or maker.chance(15)
        else f"{maker.year + 2}-02-{dice.randint(10, 28)}"  # after every session
    )
    booked = dice.choice(("", "0", *(str(dice.randint(1, 30)) for _ in range(8))))
    return {
        "status": status,
        "tilmeldt": booked,
        "fremmødt": came,
        "voksne": dice.choice(("", "0", "2")),
        "godkendt": approved,
    }


def add_row(maker: Maker, shared: Row, party: Row) -> list[Row]:
    """A row with a new number, unless its class is in that session already."""
    if party["klasse"] and class_is_there(maker, shared["session"], party):
        return []
    row = {"nr": f"R{maker.next()}", **shared, **party, **make_counts(maker)}
    maker.rows[row["nr"]] = row
    return [dict(row)]


def class_is_there(maker: Maker, session: str, party: Row) -> bool:
    return any(
        row["session"] == session
        and row["institutionsnummer"] == party["institutionsnummer"]
        and label_key(row["klasse"]) == label_key(party["klasse"])
        for row in maker.rows.values()
    )


# --- corrections: the rows of `maker.rows` change, and the changed ones are sent ----------------


def recounted(maker: Maker) -> list[Row]:
    """Other counts, status or approval."""
    row = some_row(maker)
    row.update(make_counts(maker))
    return [dict(row)]


def resent(maker: Maker) -> list[Row]:
    """The same once more."""
    return [dict(some_row(maker))]


def rescheduled(maker: Maker) -> list[Row]:
    """The whole session on another day, for another plan, another workshop."""
    session = some_row(maker)["session"]
    rows = [row for row in maker.rows.values() if row["session"] == session]
    fresh = make_shared(maker, rows[0]["målgruppe"], some_day(maker))
    wanted = maker.dice.choice(
        (("dato", "start", "slut"), ("plan",), ("workshop", "facilitator"), SHARED[1:])
    )
    for row in rows:
        row.update({column: fresh[column] for column in wanted})
    return [dict(row) for row in rows]


def moved(maker: Maker) -> list[Row]:
    """A row in another session; its old one may stay behind empty."""
    row = some_row(maker)
    others = [
        r
        for r in maker.rows.values()
        if r["målgruppe"] == row["målgruppe"] and r["session"] != row["session"]
    ]
    target = maker.dice.choice(others) if others and maker.chance(60) else None
    shared = target or make_shared(maker, row["målgruppe"], some_day(maker))
    if row["klasse"] and class_is_there(maker, shared["session"], row):
        return []
    left = row["session"]
    row.update({column: shared[column] for column in SHARED})
    if left not in {other["session"] for other in maker.rows.values()}:
        maker.emptied.append(left)
    return [dict(row)]


def rebooked(maker: Maker) -> list[Row]:
    """Another class or school, in or out of a course."""
    row = some_row(maker)
    if row["målgruppe"] != "elever":
        return []
    party = {**some_class(maker), "forløb": maker.dice.choice(("", "F1", "F2"))}
    same = (
        label_key(party["klasse"]) == label_key(row["klasse"])
        and party["institutionsnummer"] == row["institutionsnummer"]
    )
    if not same and class_is_there(maker, row["session"], party):
        return []
    row.update(party)
    return [dict(row)]


def swapped(maker: Maker) -> list[Row]:
    """Two classes of one session change numbers."""
    first = some_row(maker)
    others = [
        r
        for r in maker.rows.values()
        if r["session"] == first["session"] and r["nr"] != first["nr"]
    ]
    if not others:
        return []
    second = maker.dice.choice(others)
    for column in ("institutionsnummer", "klasse", "klassetrin", "forløb"):
        first[column], second[column] = second[column], first[column]
    return [dict(first), dict(second)]


CORRECTIONS = (recounted, recounted, resent, rescheduled, moved, rebooked, swapped)


def some_row(maker: Maker) -> Row:
    return maker.rows[maker.dice.choice(list(maker.rows))]
