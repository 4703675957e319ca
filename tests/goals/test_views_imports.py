"""Uploading plans and registrations, and the list of what was imported."""

from __future__ import annotations

import datetime
import json

import pytest
from openpyxl import load_workbook

from attendance.models import Headcount
from goals.models import PlanVersion, StatusReport
from tests import commands
from tests.cast import assemble, in_english, seat
from tests.commands import COLUMNS, write_table, write_workbook
from tests.factories import create_batch, create_upload, create_user
from tests.goals.plans import plan
from tests.services import ROOT
from tests.uploading import confirmed, lines_of, looked_at, named, said, sent, text_of
from workshops.models import Batch, Mark, Session, Upload

ROLES = {
    "anonymous": 302,
    "stranger": 403,
    "facilitator": 403,
    "coordinator": 200,
    "manager": 200,
    "superuser": 200,
}
LIST, PLAN, ROWS = "/manage/imports/", "/manage/imports/plan/", "/manage/imports/registrations/"
DATA = ROOT / "tests" / "data" / "2024"


@pytest.fixture
def cast(db):
    return assemble()


@pytest.fixture
def bo(db):
    """A coordinator at a browser in English."""
    return in_english(seat(create_user(role="coordinator", name="Bo")))


def plan_file(**changed):
    return named("plan.json", json.dumps(plan(**changed), ensure_ascii=False))


def table(tmp_path, name, *rows):
    file = write_table(tmp_path / f"{name}.csv", rows, columns=COLUMNS[name])
    return named(f"{name}.csv", file.read_bytes())


def evening(nr="1", **changed):
    """A row of a parents' evening that was held."""
    row = {
        "nr": nr, "session": f"S{nr}", "plan": "trivsel", "workshop": "Onlinetrivsel",
        "målgruppe": "forældre", "dato": "2024-03-05", "start": "19:00", "slut": "21:00",
        "status": "afholdt", "tilmeldt": "20", "fremmødt": "18", "godkendt": "2024-03-06",
    }  # fmt: skip
    return row | changed


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_files_are_taken_from_who_imports(cast, role, status):
    answer = sent(cast[role], PLAN, plan_file())

    assert answer.status_code == (302 if status == 200 else status)
    assert Upload.objects.count() == int(status == 200)


@pytest.mark.parametrize("address", [PLAN, ROWS])
def test_upload_of_somebody_else_is_not_found(bo, address):
    kind = "plan" if address == PLAN else "registrations"
    upload = create_upload(kind=kind)

    answers = [bo.get(f"{address}{upload.pk}/"), bo.post(f"{address}{upload.pk}/", {"shown": ""})]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_import_that_does_not_exist_is_not_found(bo):
    assert bo.get(f"{LIST}{10**9}/").status_code == 404


# --- the list ----------------------------------------------------------------------------------


def test_list_says_who_imported_what(bo):
    create_batch(kind="register")
    batch = create_batch(kind="plan", by=bo.user)

    shown = text_of(bo.get(LIST))

    assert batch.file_name in shown
    assert "Bo" in shown
    assert "On the server" in shown


def test_empty_list_says_so(bo):
    assert "Nothing has been imported yet." in text_of(bo.get(LIST))


@pytest.mark.parametrize("number", [1, 30])
def test_list_asks_as_much_for_30_imports_as_for_one(bo, number, django_assert_num_queries):
    for _ in range(number):
        create_batch(by=create_user())
    bo.get(LIST)

    with django_assert_num_queries(4):
        bo.get(LIST)


# --- plans -------------------------------------------------------------------------------------


def test_plan_is_shown_then_imported(bo):
    page = looked_at(bo, PLAN, plan_file())
    assert not PlanVersion.objects.exists()
    assert not Mark.objects.exists()
    assert not Batch.objects.exists()
    assert list(lines_of(page)) == ["New"]
    assert "Import 8 changes" in text_of(page)

    answer = confirmed(bo, page)

    batch = Batch.objects.get()
    assert answer.url == f"{LIST}{batch.pk}/"
    assert said(answer) == ["The import is done."]
    assert (batch.kind, batch.by, batch.file_name) == ("plan", bo.user, "plan.json")
    assert PlanVersion.objects.get().plan.code == "trivsel"


def test_changed_plan_is_shown_by_what_changes(bo):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))

    page = looked_at(bo, PLAN, plan_file(title="Ny titel"))

    assert list(lines_of(page)) == ["Changed"]
    assert "Unchanged 6" in text_of(page)


def test_published_report_stops_the_plan_before_anything_is_confirmed(bo):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))
    StatusReport.objects.create(
        version=PlanVersion.objects.get(), revision=1, content={}, by=bo.user
    )

    page = looked_at(bo, PLAN, plan_file(title="Ny"))

    assert "The report of trivsel for 2024 is published, so the plan stands." in text_of(page)
    assert confirmed(bo, page).status_code == 409
    assert PlanVersion.objects.get().title != "Ny"


def test_report_published_meanwhile_stops_the_confirmed_plan(bo):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))
    page = looked_at(bo, PLAN, plan_file(title="Ny"))
    StatusReport.objects.create(
        version=PlanVersion.objects.get(), revision=1, content={}, by=bo.user
    )

    answer = confirmed(bo, page)

    assert answer.status_code == 409
    assert "is published, so the plan stands" in text_of(answer)
    assert PlanVersion.objects.get().title != "Ny"


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"\x00\x01", b"\xff\xfe", b'{"code": 1}', b"null", b"9" * 5000, b"[" * 5000],
)
def test_junk_for_a_plan_is_told_clearly(bo, content):
    page = looked_at(bo, PLAN, named("plan.json", content))

    assert page.status_code == 200
    assert page.context["errors"]
    assert "The file cannot be imported" in text_of(page)
    assert not PlanVersion.objects.exists()


# --- registrations -----------------------------------------------------------------------------


def test_registrations_are_shown_then_imported(bo, tmp_path):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))
    page = looked_at(bo, ROWS, table(tmp_path, "registreringer", evening()))
    assert not Session.objects.exists()
    assert len(lines_of(page)["New"]) == 1
    assert lines_of(page)["New"][0].startswith("1: 2024-03-05 Onlinetrivsel")

    answer = confirmed(bo, page)

    assert answer.status_code == 302
    assert Headcount.objects.get().present == 18
    assert Session.objects.get().starts.date() == datetime.date(2024, 3, 5)
    batch = Batch.objects.latest("pk")
    assert (batch.by, batch.file_name) == (bo.user, "registreringer.csv")


def test_row_changed_meanwhile_shows_the_difference_anew(bo, tmp_path):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))
    first = table(tmp_path, "registreringer", evening())
    page = looked_at(bo, ROWS, first)
    other = in_english(seat(create_user(role="manager")))
    sheet = table(tmp_path, "registreringer", evening(fremmødt="17"))
    confirmed(other, looked_at(other, ROWS, sheet))

    answer = confirmed(bo, page)

    assert answer.status_code == 409
    assert list(lines_of(answer)) == ["Changed"]
    assert Headcount.objects.get().present == 17


def test_faults_are_shown_by_file_row_and_column(bo, tmp_path):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))

    page = looked_at(bo, ROWS, table(tmp_path, "registreringer", evening(fremmødt="mange")))

    shown = text_of(page)
    assert "registreringer.csv 2 fremmødt «mange»" in shown
    assert "The file cannot be imported" in shown
    assert not Session.objects.exists()


def test_file_with_warnings_needs_one_tick(bo, tmp_path):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))
    page = looked_at(bo, ROWS, table(tmp_path, "registreringer", evening(fremmødt="9999")))
    shown = page.context["outcome"].fingerprint

    unticked = bo.post(page.address, {"shown": shown})
    ticked = bo.post(page.address, {"shown": shown, "sure": "on"})

    text = text_of(page)
    assert "registreringer.csv 2 fremmødt «9999»: 9999 came where 20 were booked." in text
    assert (
        text.index("9999 came where") < text.index("New 1") < text.index("I have looked at the 2")
    )
    assert unticked.status_code == 422
    assert "Tick that you have looked at the warnings, or mend the file." in text_of(unticked)
    assert ticked.status_code == 302
    assert Headcount.objects.get().present == 9999


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([evening(workshop="TryghedsmÃ¸de")], "registreringer.csv 2 workshop «TryghedsmÃ¸de»: The"),
        ([], "registreringer.csv 1 – There are no rows below the headings."),
    ],
    ids=["broken letters", "no rows"],
)
def test_odd_file_needs_one_tick(bo, tmp_path, rows, told):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))
    page = looked_at(bo, ROWS, table(tmp_path, "registreringer", *rows))

    unticked = bo.post(page.address, {"shown": page.context["outcome"].fingerprint})

    assert told in text_of(page)
    assert unticked.status_code == 422


def test_file_without_warnings_asks_for_no_tick(bo, tmp_path):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))

    page = looked_at(bo, ROWS, table(tmp_path, "registreringer", evening()))

    assert "form" not in page.context
    assert 'name="sure"' not in page.content.decode()


def test_row_that_cannot_be_true_stops_the_upload(bo, tmp_path):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))

    page = looked_at(bo, ROWS, table(tmp_path, "registreringer", evening(dato="2204-03-05")))

    assert "The session is in the future, so its status cannot be afholdt." in text_of(page)
    assert bo.post(page.address, {"shown": "", "sure": "on"}).status_code == 409


def test_several_files_must_be_named_by_their_tables(bo, tmp_path):
    rows = table(tmp_path, "registreringer", evening())
    answers = named("svar.csv", "session;spørgsmål;svar\n")

    page = looked_at(bo, ROWS, rows, answers)

    assert "It is not clear which table this is: svar.csv." in text_of(page)
    assert "/tmp" not in page.content.decode()
    assert confirmed(bo, page).status_code == 409


def test_same_name_twice_is_told(bo, tmp_path):
    files = [table(tmp_path, "registreringer", evening(str(nr))) for nr in (1, 2)]

    page = looked_at(bo, ROWS, *files)

    assert "registreringer.csv, registreringer.csv" in text_of(page)


def test_too_many_files_are_refused(bo):
    files = [named(f"{number}.csv", "a;b\n") for number in range(7)]

    answer = sent(bo, ROWS, *files)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"file": ["Files are too many: choose at most 6."]}


def test_one_empty_file_among_several_is_told(bo, tmp_path):
    answer = sent(bo, ROWS, table(tmp_path, "registreringer", evening()), named("b.csv", b""))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "file": ["One of the files is empty. Save it again with its content."]
    }


def test_page_says_where_a_table_stands(bo, tmp_path):
    confirmed(bo, looked_at(bo, PLAN, plan_file()))
    file = write_workbook(tmp_path / "x.xlsx", [evening()], columns=COLUMNS["registreringer"])
    book = load_workbook(file)
    book.create_sheet("Vejledning", 0)
    book.save(file)

    page = looked_at(bo, ROWS, named("x.xlsx", file.read_bytes()))

    assert "x.xlsx: The table is read from the sheet “Sheet”, row 1." in text_of(page)
    assert confirmed(bo, page).status_code == 302


def test_year_of_three_files_comes_to_the_figures_of_the_command(bo):
    for day in ("2024-01-01", "2024-08-01"):
        commands.import_register(DATA / f"register_{day}.csv", day)
    confirmed(
        bo, looked_at(bo, PLAN, named("plan-2024.json", (DATA / "plan-2024.json").read_bytes()))
    )
    names = ("registreringer.csv", "spoergeskema.csv", "opgoerelser.csv")
    files = [named(name, (DATA / name).read_bytes()) for name in names]

    page = looked_at(bo, ROWS, *files)
    answer = confirmed(bo, page)

    assert answer.status_code == 302, text_of(answer)
    code = PlanVersion.objects.get().plan.code
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
    found = commands.report(code, 2024)
    assert found["not_counted"] == expected.get("not_counted", found["not_counted"])
    assert found["figures"]["1a.folkeskole"]["value"] == 5182
    again = looked_at(bo, ROWS, *[named(name, (DATA / name).read_bytes()) for name in names])
    assert lines_of(again) == {}
