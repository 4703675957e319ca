"""A small office for tests of figures: writes tiny files and sends them through the commands."""

from __future__ import annotations

import datetime
import itertools
import json
import re
from pathlib import Path

from tests import commands
from tests.commands import COLUMNS, SCHOOLS, Outcome, Row, done, run, write_table

FOLK, FREE, UNMAPPED, OUTSIDE, FOREIGN_FREE = "280001", "280002", "280003", "280004", "280005"
PLAN = "trivsel"
CATEGORIES = (("1012", "folkeskole", "1900-01-01"), ("1013", "fri_privat", "1900-01-01"))


class Office:
    """Every call writes files into a folder of its own and imports them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)

    def register(self, day: str, *schools: Row, complete: bool = False) -> None:
        """The register of a day."""
        file = write_table(self._place() / "register.csv", schools, columns=SCHOOLS)
        commands.import_register(file, day, *(["--complete"] if complete else []))

    def plan(
        self,
        *measures: dict,
        code: str = PLAN,
        year: int = 2024,
        rule: str = "all",
        categories: tuple = CATEGORIES,
        municipality: str = "101",
    ) -> None:
        """A plan of one goal with these measures."""
        mappings = [
            {"type_code": kind, "category": category, "valid_from": since}
            for kind, category, since in categories
        ]
        goal = {"code": "1", "title": "Mål", "text": "", "rule": rule, "measures": list(measures)}
        plan = {
            "code": code,
            "title": "Plan",
            "year": year,
            "municipality_code": municipality,
            "school_categories": mappings,
            "initiatives_without_target": [],
            "target_groups": [{"number": 1, "title": "Unge", "goals": [goal]}],
        }
        file = self._place() / "plan.json"
        file.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
        done("import_plan", file, "--apply")

    def try_rows(self, *rows: Row) -> Outcome:
        """One import of registrations, whatever comes of it."""
        return self._send(registreringer=rows)

    def rows(self, *rows: Row) -> None:
        """One import of registrations."""
        self._taken(self._send(registreringer=rows))

    def answers(self, session: str, said: str, *, question: str = "nyttig") -> Outcome:
        """Answers of one session, separated by spaces ("-" is a blank)."""
        rows = [
            {"session": session, "spørgsmål": question, "svar": "" if answer == "-" else answer}
            for answer in said.split(" ")
        ]
        return self._taken(self._send(spoergeskema=rows))

    def totals(self, *rows: Row) -> Outcome:
        """Stated totals."""
        return self._taken(self._send(opgoerelser=rows))

    def report(self, level: str = "approved", *, year: int = 2024, plan: str = PLAN) -> dict:
        """The whole report."""
        return commands.report(plan, year, level)

    def figure(
        self, code: str, level: str = "approved", *, year: int = 2024, plan: str = PLAN
    ) -> dict:
        """One figure of it."""
        return self.report(level, year=year, plan=plan)["figures"][code]

    def value(
        self, code: str, level: str = "approved", *, year: int = 2024, plan: str = PLAN
    ) -> tuple[int, int]:
        """The value of a figure and the number of sessions behind it."""
        figure = self.figure(code, level, year=year, plan=plan)
        return figure["value"], figure["sessions"]

    def proposed(self) -> str | None:
        """The verdict that the software proposes for the one goal."""
        return self.report()["goals"]["1"]["proposed"]

    def close(self) -> None:
        """Whatever a test did, aggregated figures equal their recount."""
        done("aggregate")
        reconciled = run("reconcile")
        assert reconciled.code == 0, reconciled

    def _send(self, **files: tuple[Row, ...] | list[Row]) -> Outcome:
        place = self._place()
        for name, rows in files.items():
            extra = ["plan"] if name == "opgoerelser" and any("plan" in row for row in rows) else []
            write_table(place / f"{name}.csv", rows, columns=[*COLUMNS[name], *extra])
        return run("import_registrations", place, "--apply")

    def _taken(self, outcome: Outcome) -> Outcome:
        assert outcome.code == 0, outcome
        return outcome

    def _place(self) -> Path:
        place = self.folder / f"{next(self.numbers)}"
        place.mkdir()
        return place


def open_office(folder: Path) -> Office:
    """Five schools known since 2020, no plan yet."""
    office = Office(folder)
    office.register(
        "2020-01-01",
        commands.school(FOLK, kind="1012"),
        commands.school(FREE, kind="1013"),
        commands.school(UNMAPPED, kind="1015"),
        commands.school(OUTSIDE, kind="1012", municipality="147"),
        commands.school(FOREIGN_FREE, kind="1015", municipality="147"),
    )
    return office


def a_class(nr: str, came: int | str = 20, **other: str) -> Row:
    """A row of pupils; its session is named after it unless told otherwise."""
    return {
        "nr": nr,
        "session": f"S-{nr}",
        "plan": PLAN,
        "workshop": "Kritisk på nettet",
        "målgruppe": "elever",
        "dato": "2024-05-06",
        "start": "10:00",
        "slut": "11:30",
        "status": "afholdt",
        "institutionsnummer": FOLK,
        "klassetrin": "7",
        "klasse": "7.B",
        "tilmeldt": "25",
        "fremmødt": str(came),
        "voksne": "2",
        "godkendt": _after(other.get("dato", "")),
        **other,
    }


def _after(day: str) -> str:
    """A day on which a count of *day* may have been approved."""
    later = re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", day) and day > "2024-06-01"
    return day if later else "2024-06-01"


def a_crowd(nr: str, came: int | str = 20, *, audience: str = "forældre", **other: str) -> Row:
    """A row of parents or professionals."""
    crowd = {
        "målgruppe": audience,
        "institutionsnummer": "",
        "klassetrin": "",
        "klasse": "",
        "voksne": "",
    }
    return {**a_class(nr, came), **crowd, "workshop": "Aftenmøde", **other}


def a_total(code: str, day: str, value: int, **other: str) -> Row:
    """A stated total, approved by somebody else."""
    names = {"oplyst_af": "koordinator", "godkendt_af": "leder"}
    return {
        "kode": code,
        "dato": datetime.date.fromisoformat(day).isoformat(),
        "værdi": str(value),
        **names,
        **other,
    }


def people(code: str = "folk", **other: object) -> dict:
    """A measure of participations; pupils of folkeskoler unless told otherwise."""
    wanted = {"audience": "elever", "school_category": "folkeskole", **other}
    return {
        "code": code,
        "kind": "participations",
        **{key: value for key, value in wanted.items() if value != ""},
    }


def sessions(code: str = "held", **other: object) -> dict:
    """A measure of sessions held."""
    return {"code": code, "kind": "sessions_held", **other}
