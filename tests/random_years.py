"""Builds random municipalities: schools, plans, registrations. The same numbers build the same one.

The rows are valid (the imports must take them) and written in one plain form; `random_files` puts
them into files of every dialect. Events are those of `plain_books.read`, in their order of arrival.
"""

from __future__ import annotations

import datetime
import random

from tests.commands import school
from tests.plain_books import Row, measures
from tests.random_plans import PLANS, QUESTIONS, make_plan, stated_measures
from tests.random_rows import CORRECTIONS, Maker, Size, new_course, new_session, turning_days

HOME = "101"
MUNICIPALITIES = ("101", "147", "153")
TYPES = ("1012", "1013", "1015", "1061")
Event = tuple


def build(seed: int, size: Size | None = None) -> list[Event]:
    """One municipality with some years around its own."""
    dice = random.Random(seed)
    maker = Maker(dice, size or Size(), year=dice.choice((2016, 2018, 2020, 2022)))
    maker.numbers = [f"{280001 + 7 * place}" for place in range(maker.size.schools)]
    maker.classes = [
        (dice.choice(maker.numbers), f"{dice.randint(0, 10)}{letter}")
        for letter in "ABCxøå"[: 2 + maker.size.schools // 2]
        for _ in range(2)
    ]
    registers = make_registers(maker)
    plans = make_plans(maker)
    return woven(maker, registers, plans)


# --- schools and plans -------------------------------------------------------------------------


def make_registers(maker: Maker) -> list[Event]:
    """Schools retyped, renamed, moved, closed, opened again; the first file knows every school."""
    dice = maker.dice
    days = dice.sample(turning_days(maker.year), dice.randint(1, 4))
    if len(days) > 2 and maker.chance(40):
        days.append(days[1])  # the same date again replaces
    attributes = {number: (dice.choice(TYPES), MUNICIPALITIES[0], "") for number in maker.numbers}
    events: list[Event] = []
    for day in days:
        for number in maker.numbers:
            if maker.chance(30):
                attributes[number] = drifted(maker, number)
        there = maker.numbers if not events else [n for n in maker.numbers if maker.chance(75)]
        rows = [
            school(n, kind=a[0], municipality=a[1], name=a[2])
            for n in there
            for a in (attributes[n],)
        ]
        dice.shuffle(rows)
        if rows:
            events.append(("register", day, rows, maker.chance(40)))
    return events


def drifted(maker: Maker, number: str) -> tuple[str, str, str]:
    place = maker.dice.choice((HOME, HOME, *MUNICIPALITIES))
    return (
        maker.dice.choice(TYPES),
        place,
        f"Skole {number} {maker.dice.choice(('Ny', 'Øst', ''))}".strip(),
    )


def make_plans(maker: Maker) -> list[Event]:
    """Some codes with a version for some years, and some versions a second time, changed."""
    events: list[Event] = []
    for code in PLANS[: maker.size.plans]:
        years = [
            year
            for year in (maker.year - 1, maker.year, maker.year + 1)
            if maker.chance(60 if year == maker.year else 35)
        ]
        for year in years or [maker.year]:
            version = make_plan(maker.dice, code, year, turning_days(year))
            events.append(("plan", version))
            if maker.chance(25):
                events.append(
                    ("plan", make_plan(maker.dice, code, year, turning_days(year), like=version))
                )
    return events


def woven(maker: Maker, registers: list[Event], plans: list[Event]) -> list[Event]:
    """The first register first, the rest among the imports, each queue in its own order."""
    queues = [registers[1:], plans, [("registrations",)] * maker.size.imports]
    events = [registers[0]]
    while any(queues):
        queue = maker.dice.choice([queue for queue in queues if queue])
        event = queue.pop(0)
        if event[0] == "plan":
            maker.plans[event[1]["code"], event[1]["year"]] = event[1]
        events.append(
            ("registrations", make_import(maker)) if event == ("registrations",) else event
        )
    return events


# --- one import --------------------------------------------------------------------------------


def make_import(maker: Maker) -> dict[str, list[Row]]:
    """New sessions, corrections, answers and totals."""
    sent: list[Row] = []
    if maker.rows:
        for _ in range(maker.dice.randint(0, 5)):
            sent += maker.dice.choice(CORRECTIONS)(maker)
    for _ in range(max(1, maker.size.sessions // maker.size.imports)):
        sent += maker.dice.choice((new_session, new_session, new_course))(maker)
    stale = [row for row in sent if maker.chance(20)]  # replaced further down in the same file
    last = [dict(maker.rows[nr]) for nr in dict.fromkeys(row["nr"] for row in sent)]
    maker.dice.shuffle(last)
    sent = stale + last
    files = {
        "registreringer": sent,
        "spoergeskema": make_answers(maker),
        "opgoerelser": make_totals(maker),
    }
    return {name: rows for name, rows in files.items() if rows or name == "registreringer"}


# --- answers and totals ------------------------------------------------------------------------


def make_answers(maker: Maker) -> list[Row]:
    """Answers for sessions that stand; a later file replaces those of a pair."""
    dice, result = maker.dice, []
    sessions = sorted({row["session"] for row in maker.rows.values()})
    for session in dice.sample(sessions, min(len(sessions), dice.randint(0, 9))):
        question = dice.choice(QUESTIONS)
        for _ in range(dice.choice((1, 2, 4, 9, 12))):
            answer = dice.choice(("ja", "ja", "nej", "ved ikke", ""))
            result.append({"session": session, "spørgsmål": question, "svar": answer})
    dice.shuffle(result)
    return result


def make_totals(maker: Maker) -> list[Row]:
    """Totals of the versions known so far, some approved, some by their own author."""
    result = []
    for (plan, year), measure in stated_measures(maker.plans):
        for _ in range(maker.dice.choice((0, 0, 1, 2, 3))):
            row = make_total(maker.dice, measure, year)
            alone = not is_ambiguous(maker, measure["code"], year)
            result.append({**row, "plan": "" if alone and maker.chance(60) else plan})
        if len(maker.plans) == 1:  # of a year that has no version
            result.append(make_total(maker.dice, measure, year + 5))
    return result


def is_ambiguous(maker: Maker, code: str, year: int) -> bool:
    knowing = [
        plan
        for (plan, its_year), version in maker.plans.items()
        if its_year == year and code in {measure["code"] for measure in measures(version)}
    ]
    return len(knowing) != 1


def make_total(dice: random.Random, measure: dict, year: int) -> Row:
    day = datetime.date(year, dice.choice((1, 6, 12)), dice.choice((1, 2, 30)))
    started = dice.randint(0, 9)
    value = dice.randint(0, 1 if measure["kind"] == "milestone" else started)
    is_share = measure["kind"] == "stated_share"
    return {
        "kode": measure["code"],
        "dato": day.isoformat(),
        "værdi": str(value),
        "nævner": str(started) if is_share else "",
        "afventer": str(dice.randint(0, started - value)) if is_share else "",
        "oplyst_af": dice.choice(("koordinator", "Koordinator", "Åse")),
        "godkendt_af": dice.choice(("", "leder", "leder", "KOORDINATOR", "åse")),
    }
