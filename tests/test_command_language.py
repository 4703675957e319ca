"""Every command answers in one language: no English word in a Danish answer, no Danish in English."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable

import pytest
from babel.messages.pofile import read_po
from django.core.management import get_commands
from django.utils import translation

from booking.models import Party
from demo import load
from goals.models import Snapshot
from tests import commands
from tests.commands import COLUMNS, run, school, write_table
from tests.factories import create_booking, create_session
from tests.goals.office import a_class, a_crowd, a_total
from tests.goals.plans import goal, measure, plan
from tests.services import ROOT
from workshops.models import Mark, School, SchoolClosing, Session, Workshop

pytestmark = pytest.mark.django_db
OURS = {"goals", "demo", "workshops", "booking", "notifications", "config"}
WORD = re.compile(r"[a-zæøåéA-ZÆØÅ]{2,}")
NUMBER = re.compile(r"\b(?=\w*\d)\w{6,}")  # of a booking or session: 4AS7Q2XK, F-03be5f11a29c

# What is data: names of columns, files, tables, options and of what the files of the tests hold.
NAMES = {
    *(name for columns in COLUMNS.values() for name in columns), *COLUMNS, *commands.SCHOOLS,
    "r.csv bemærkning plan.json register.csv csv xlsx utf sep",
    "lgruppe fremm trivsel Kritisk på nettet Aftenmøde aftenmøde Skole Skolen Ny Navn Gaden Byen Plan for Andet Mål Unge",
    "Skolevej afholdt aflyst flyttet udeblivelse elever forældre fagpersoner kommune Kommune Net København folkeskole folk antal andel",
    "apply valid from level output format DATE FILE import_plan no password administrator_password",
    "seats_taken workshops Workshop folded_title",
    "institution uden enheder surplus name example org an Onlinetrivsel nobody boss known Data Ark",
}  # fmt: skip
DATA = {word.casefold() for name in NAMES for word in WORD.findall(name)}


def vocabulary() -> tuple[set[str], set[str]]:
    """The words of our English texts, and those of our Danish ones."""
    file = ROOT / "locale" / "da" / "LC_MESSAGES" / "django.po"
    english, danish = set(), set()
    with file.open("rb") as source:
        for message in read_po(source, locale="da"):
            for texts, words in ((message.id, english), (message.string, danish)):
                for text in texts if isinstance(texts, tuple | list) else [texts]:
                    words.update(words_of(re.sub(r"%\(\w+\)[sd]|{\w+}", " ", text)))
    return english, danish


def words_of(text: str) -> set[str]:
    """The words; the letters of a random number are none."""
    return {word.casefold() for word in WORD.findall(NUMBER.sub(" ", text))}


# --- what is run --------------------------------------------------------------------------------


def registers(folder) -> list[str]:
    """A new register, one that changes everything, and one with faults."""
    day = "2024-01-01"
    first = [school(n, name=f"Skole {n}") for n in ("101001", "101002", "101003", "101004")]
    later = [
        school("101001", name="Navn"),
        school("101002", kind="1013", name="Skole 101002"),
        {**school("101003", name="Skole 101003"), "INST_ADR": "Gaden 9", "WEB_ADR": "r.csv"},
    ]
    faulty = [school("10100"), school("101001") | {"BEL_KOMMUNE": "Navn", "E_MAIL": "x"}] * 2
    said = []
    for rows, since, more in ((first, day, ()), (later, "2024-08-01", ("--complete",)), (first, "2024-09-01", ()), (faulty, day, ())):  # fmt: skip
        file = write_table(folder / "r.csv", rows, columns=[*commands.SCHOOLS, "bemærkning"])
        options = ("--valid-from", since, *more)
        said += [told("import_register", file, *options, *apply) for apply in ((), ("--apply",))]
    (folder / "r.csv").write_text("\nbemærkning\n", encoding="utf-8")
    said += [
        told("import_register", folder / "r.csv", "--valid-from", since) for since in (day, "x")
    ]
    return [*said, told("import_register", folder / "nobody", "--valid-from", day)]


def plans(folder) -> list[str]:
    """A new plan, a changed one, what is removed from it, and one with faults."""
    whole = plan(goal("1", measure(), measure("antal", kind="stated_count")), goal("2"))
    changed = plan(goal("1", measure(target_min=20)), title="Andet")
    said = []
    for content in (whole, whole, changed, {**changed, "year": "x", "surplus": 1}, []):
        (folder / "plan.json").write_text(json.dumps(content), encoding="utf-8")
        said.append(told("import_plan", folder / "plan.json", "--dry-run"))
        said.append(told("import_plan", folder / "plan.json", "--apply"))
    return [*said, told("import_plan", folder / "nobody", "--apply")]


def registrations(folder) -> list[str]:
    """Files with nothing wrong, with doubts, with faults, and none at all."""
    plans(folder)
    registers(folder)
    rows = {"registreringer": [a_class("1", institutionsnummer="101001"), a_crowd("2")]}
    doubtful = {
        "registreringer": [
            a_class("1", 999, institutionsnummer="101001", voksne="1200", klassetrin="8"),
            a_class("3", klasse="7.C", institutionsnummer="101001", dato="2014-05-06", status="aflyst"),
            a_crowd("2", 900, institutionsnummer="999999", slut="23:30", godkendt="2025-12-01"),
        ],
        "spoergeskema": [{"session": "S-3", "spørgsmål": "Data", "svar": "Ark"}],
        "opgoerelser": [a_total("antal", "2031-01-01", 3), a_total("antal", "2011-01-01", 3)],
    }  # fmt: skip
    faulty = {
        "registreringer": [
            a_class("1", dato="2204-05-06"), a_class("3", godkendt="1999-01-01", klassetrin="x"),
            a_class("4", "-1", dato="2024-02-31", start="25:00", slut="x"), a_class("", klasse=" . "),
            a_class("5", dato="Ark", tilmeldt="9999999", status="Ark", session="010203-1234"),
        ],
        "spoergeskema": [{"session": "Ark", "spørgsmål": "", "svar": "Ark"}],
        "opgoerelser": [a_total("Ark", "2024-01-01", 3)],
    }  # fmt: skip
    said = []
    for files in (rows, doubtful, faulty):
        for name, content in files.items():
            write_table(folder / f"{name}.csv", content, columns=COLUMNS[name])
        said += [
            told("import_registrations", folder),
            told("import_registrations", folder, "--apply"),
        ]
    for text in ("Ark\nArk;2\n", "m?lgruppe;fremm?dt\n", "nr|session|plan\n", ""):
        (folder / "r.csv").write_text(text, encoding="utf-8")
        said.append(told("import_registrations", folder / "r.csv"))
    return [*said, told("import_registrations", folder / "nobody")]


def aggregations(folder) -> list[str]:
    plans(folder)
    return [
        told("aggregate"),
        told("aggregate", "--plan", "nobody"),
        told("aggregate", "--plan", "trivsel", "--year", "1999"),
    ]


def recounts(folder) -> list[str]:
    """With marks that wait, and with every kind of difference."""
    registrations(folder)
    said = [told("reconcile")]
    Mark.objects.all().delete()
    Snapshot.objects.update(value={})
    booking = create_booking(session=create_session(capacity=99), seats=9)
    Party.objects.filter(booking=booking).update(live=False)
    Session.objects.update(capacity=999, seats_taken=77)
    Workshop.objects.filter(title="Aftenmøde").update(folded_title="Ark")
    SchoolClosing.objects.create(
        school=School.objects.get(number="101001"), closed_from=datetime.date(2020, 1, 1)
    )
    return [*said, told("reconcile")]


def reports(folder) -> list[str]:
    """What goes wrong; the report itself is a stable interface and in no language."""
    plans(folder)
    return [
        told("annual_report", "nobody", 2024),
        told("annual_report", "trivsel", 1999),
        told("annual_report", "trivsel", 2024, "--level", "published"),
        told("annual_report", "trivsel", 2024, "--output", folder / "nobody" / "x"),
    ]


def demos(folder) -> list[str]:
    return [told("demo")]


def administrators(folder) -> list[str]:
    return [
        told("create_administrator", address, *more)
        for address, *more in (
            ["boss"], ["boss@example.org", "--no-password"], ["boss@example.org"], ["known@example.org"]
        )
    ]  # fmt: skip


SCENES: dict[str, Callable] = {
    "import_register": registers,
    "import_plan": plans,
    "import_registrations": registrations,
    "aggregate": aggregations,
    "reconcile": recounts,
    "annual_report": reports,
    "demo": demos,
    "create_administrator": administrators,
}


def told(name: str, *arguments: object) -> str:
    outcome = run(name, *arguments)
    return f"{outcome.out}\n{outcome.err}"


@pytest.fixture
def answers(tmp_path, monkeypatch, settings):
    """What a command says, in each language; what it did in the first is undone."""
    from django.db import transaction

    monkeypatch.setattr(load, "load", lambda **_: None)
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "abc")

    def answers(name: str) -> dict[str, str]:
        said = {}
        for language in ("da", "en"):
            folder = tmp_path / language
            folder.mkdir()
            with translation.override(language), transaction.atomic():
                text = "\n".join(SCENES[name](folder))
                transaction.set_rollback(True)
            said[language] = re.sub(
                r"«[^»]*»|{[^{}]*}|not_counted|  .*@.*", " ", text.replace(str(folder), " ")
            )
        return said

    return answers


def test_every_command_of_ours_is_here():
    mine = {name for name, app in get_commands().items() if app in OURS}

    assert mine == set(SCENES)


@pytest.mark.parametrize("name", SCENES)
def test_answer_is_in_one_language(answers, name):
    english, danish = vocabulary()

    said = answers(name)

    in_danish, in_english = words_of(said["da"]) - DATA, words_of(said["en"]) - DATA
    assert len(in_danish) > 2
    assert sorted(in_danish & (english - danish)) == []
    assert sorted(in_english & (danish - english)) == []
    # What is the same in both was never translated, unless the languages share the word.
    assert sorted(in_danish & in_english - (danish & english)) == []
