"""Uploading the school register: look at the difference, confirm exactly that."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.utils import timezone

from tests import commands
from tests.factories import create_upload
from tests.registers import applied, name_on, register_of, schools
from tests.uploading import confirmed, lines_of, looked_at, named, said, sent, text_of
from workshops.actions import uploads
from workshops.models import Batch, School, SchoolVersion, Upload
from workshops.tasks import drop_expired_uploads

PAGE = "/manage/imports/register/"
DAY = {"valid_from": "2024-08-01"}


@pytest.fixture
def register(tmp_path):
    """The bytes of a register of these schools."""

    def of(*rows, name="register.csv"):
        return named(name, register_of(tmp_path, *rows).read_bytes())

    return of


# --- what is there -----------------------------------------------------------------------------------


def test_upload_is_seen_and_confirmed_by_its_owner_alone(cast, register):
    page = looked_at(cast["coordinator"], PAGE, register(*schools("280001")), **DAY)

    answers = [cast["manager"].get(page.address), confirmed_by(cast["manager"], page)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not School.objects.exists()
    assert confirmed(cast["coordinator"], page).status_code == 302


def confirmed_by(browser, page):
    return browser.post(page.address, {"shown": page.context["outcome"].fingerprint})


@pytest.mark.parametrize("kind", ["plan", "registrations"])
def test_upload_of_another_kind_is_not_found(bo, kind):
    upload = create_upload(kind=kind, by=bo.user)

    assert bo.get(f"{PAGE}{upload.pk}/").status_code == 404


# --- look, then confirm ------------------------------------------------------------------------


def test_difference_is_shown_and_nothing_changes(bo, register, tmp_path):
    applied(register_of(tmp_path, *schools("280001", "280002", "280003")), "2024-01-01")
    before = commands.tables()
    rows = [*schools("280001", name="Nyt navn"), *schools("280002", kind="1013")]
    rows += schools("280004")

    page = looked_at(bo, PAGE, register(*rows), **DAY, complete="on")

    lines = lines_of(page)
    assert list(lines) == ["New", "New name", "New type", "Closed", "Not in the file"]
    assert lines["New name"] == ["280001 Nyt navn: Skole 280001 -> Nyt navn"]
    assert lines["Closed"][0].startswith("280003")
    assert "Import 5 changes" in text_of(page)
    assert "Valid from Thursday 1 August 2024 , every school of its municipalities" in text_of(page)
    after = commands.tables()
    assert {name for name in before if before[name] != after[name]} == {"workshops_upload"}


def test_confirming_applies_what_was_shown(bo, register):
    page = looked_at(
        bo, PAGE, register(*schools("280001", name="Skolen"), name="Min fil.csv"), **DAY
    )

    answer = confirmed(bo, page)

    batch = Batch.objects.get()
    assert answer.url == f"/manage/imports/{batch.pk}/"
    assert said(answer) == ["The import is done."]
    assert (batch.by, batch.kind, batch.file_name) == (bo.user, "register", "Min fil.csv")
    assert batch.counts == {"new": 1, "changed": 0, "same": 0, "ignored": 0, "errors": 0}
    assert name_on("280001", "2024-08-01") == "Skolen"
    assert SchoolVersion.objects.get().valid_from == datetime.date(2024, 8, 1)
    assert not Upload.objects.exists()
    shown = text_of(bo.get(answer.url))
    assert "Min fil.csv" in shown
    assert "New 1, Changed 0, Unchanged 0, Left aside 0, Faults 0" in shown


def test_page_and_command_leave_the_same(bo, register, tmp_path):
    rows = schools("280001", "280002")
    applied(register_of(tmp_path, *rows), "2024-08-01")
    by_command = Batch.objects.get()

    page = looked_at(bo, PAGE, register(*rows), **DAY)
    confirmed(bo, page)

    by_page = Batch.objects.latest("pk")
    assert "Importing the file changes nothing." in text_of(page)
    assert (by_page.digest, by_page.counts["same"]) == (by_command.digest, 2)


def test_workbook_is_read_as_well(bo, tmp_path):
    file = commands.write_workbook(tmp_path / "r.xlsx", schools("280001"), columns=commands.SCHOOLS)

    page = looked_at(bo, PAGE, named("r.xlsx", file.read_bytes()), **DAY)

    assert lines_of(page) == {"New": ["280001 Skole 280001"]}


def test_confirming_twice_imports_once(bo, register):
    page = looked_at(bo, PAGE, register(*schools("280001")), **DAY)

    answers = [confirmed(bo, page), confirmed(bo, page)]

    assert [answer.url for answer in answers] == [
        f"/manage/imports/{Batch.objects.get().pk}/",
        "/manage/imports/",
    ]
    assert said(answers[1])[-1] == (
        "These files have been imported already, or are no longer kept."
    )


def test_upload_that_goes_while_it_is_confirmed_is_said_to_be_gone(bo, register):
    page = looked_at(bo, PAGE, register(*schools("280001")), **DAY)

    def other_click(execute, sql, *rest):
        if sql.startswith("SAVEPOINT"):  # where confirming begins its transaction
            Upload.objects.all()._raw_delete("default")
        return execute(sql, *rest)

    with connection.execute_wrapper(other_click):
        answer = confirmed(bo, page)

    assert (answer.status_code, answer.url) == (302, "/manage/imports/")
    assert not School.objects.exists()


# --- something in between ----------------------------------------------------------------------


def test_difference_is_shown_anew_when_the_register_changed_meanwhile(bo, register, tmp_path):
    page = looked_at(bo, PAGE, register(*schools("280001", name="Nyt")), **DAY)
    applied(register_of(tmp_path, *schools("280001", name="Andet")), "2024-02-01")

    answer = confirmed(bo, page)

    assert answer.status_code == 409
    assert "Something else has changed since you looked" in text_of(answer)
    assert lines_of(answer) == {"New name": ["280001 Nyt: Andet -> Nyt"]}
    assert Batch.objects.count() == 1
    answer.address = page.address
    assert confirmed(bo, answer).status_code == 302
    assert name_on("280001", "2024-08-01") == "Nyt"


@pytest.mark.parametrize("shown", ["", "0" * 64, "\x00", "’" * 300])
def test_confirming_something_else_imports_nothing(bo, register, shown):
    page = looked_at(bo, PAGE, register(*schools("280001")), **DAY)

    answer = bo.post(page.address, {"shown": shown})

    assert answer.status_code == 409
    assert not School.objects.exists()
    assert not Batch.objects.exists()


def test_second_upload_takes_the_place_of_the_first(bo, register):
    first = looked_at(bo, PAGE, register(*schools("280001")), **DAY)
    second = looked_at(bo, PAGE, register(*schools("280002")), **DAY)

    assert bo.get(first.address).status_code == 404
    assert confirmed(bo, second).status_code == 302
    assert School.objects.get().number == "280002"


def test_expired_upload_is_gone_and_its_bytes_with_it(bo):
    now = timezone.now()
    late = create_upload(by=bo.user, expires_at=now - datetime.timedelta(seconds=1))
    fresh = create_upload()

    assert bo.get(f"{PAGE}{late.pk}/").status_code == 404
    drop_expired_uploads()
    drop_expired_uploads()

    assert list(Upload.objects.all()) == [fresh]


def test_upload_lives_for_an_hour(bo, register):
    sent(bo, PAGE, register(*schools("280001")), **DAY)

    upload = Upload.objects.get()
    assert upload.expires_at - upload.created_at == uploads.LIFETIME


# --- faults ------------------------------------------------------------------------------------


def test_faults_are_shown_by_row_and_column_with_the_cure(bo, register):
    rows = [*schools("280001"), *schools("28000x")]

    page = looked_at(bo, PAGE, register(*rows), **DAY)

    assert page.status_code == 200
    shown = text_of(page)
    assert "The file cannot be imported" in shown
    assert "register.csv 3 INST_NR «28000x»" in shown
    assert "Import" not in shown.split("How to mend it")[1]
    assert confirmed(bo, page).status_code == 409
    assert not School.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("r.pdf", b"%PDF-1.7 x", "The file is a PDF and not a table."),
        ("r.xls", b"\xd0\xcf\x11\xe0" + b"\xa1\xb1\x1a\xe1" * 9, "old Excel file"),
        ("r.png", b"\x89PNG\r\n\x1a\n\x00\x00", "The file is a picture and not a table."),
        ("r.xlsx", b"PK\x03\x04 not a workbook", "r.xlsx"),
        ("r.csv", b"\x00\xff" * 200, "r.csv"),
        ("r.csv", b"a;b\n1;2\n", "r.csv"),
        ("../../etc/r.csv", b"a;b\n1;2\n", "r.csv"),
        ("x" * 240 + ".csv", b"a;b\n1;2\n", "x.csv"),
        ("010190-1234.csv", b"a;b\n1;2\n", "….csv"),
    ],
)
def test_junk_is_told_clearly_and_changes_nothing(bo, name, content, told):
    page = looked_at(bo, PAGE, named(name, content), **DAY)

    shown = text_of(page)
    assert page.status_code == 200
    assert "The file cannot be imported" in shown
    assert told in shown
    assert "010190" not in shown
    assert not School.objects.exists()


def test_form_says_what_to_mend(bo):
    nothing = bo.post(PAGE, {"valid_from": "i går"})
    empty = sent(bo, PAGE, named("r.csv", b""), **DAY)

    assert (nothing.status_code, empty.status_code) == (422, 422)
    assert nothing.context["form"].errors == {
        "file": ["File is missing. Choose the file to import."],
        "valid_from": ["Valid from is not a day. Write it as 2026-08-01."],
    }
    assert empty.context["form"].errors == {
        "file": ["File is empty. Save it again with its content, and choose that one."]
    }
    assert not Upload.objects.exists()


def test_file_above_the_limit_is_refused_before_it_is_kept(bo, register, settings):
    settings.IMPORT_MAX_BYTES = 100

    answer = sent(bo, PAGE, register(*schools("280001")), **DAY)

    assert answer.status_code == 422
    assert "and no more than 100 are read." in answer.context["form"].errors["file"][0]
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a/b\\c.csv", "c.csv"),
        ("..", "fil"),
        ("", "fil"),
        ("a\x00b\u202ec.csv", "abc.csv"),
        ("æ" * 200 + ".csv", "æ" * 50 + ".csv"),
        ("r." + "x" * 200, "r." + "x" * 9),
        ("010190-1234 liste.csv", "… liste.csv"),
    ],
)
def test_names_are_made_safe(name, kept):
    assert uploads.name_of(name) == kept
