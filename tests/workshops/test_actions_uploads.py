"""Files on their way in: kept for an hour, checked, applied exactly as shown, thrown away."""

from __future__ import annotations

import datetime
import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from tests import commands
from tests.factories import create_upload, create_user
from tests.registers import applied, name_on, register_of, schools
from workshops.actions import uploads
from workshops.actions.outcomes import Outcome, Section
from workshops.actions.school_register_imports import of_upload
from workshops.actions.uploads import File
from workshops.models import Batch, Mark, School, SchoolVersion, Tick, Upload
from workshops.readers.problems import Problem, Problems
from workshops.tasks import drop_expired_uploads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
OPTIONS = {"valid_from": "2024-08-01", "complete": False}


@pytest.fixture
def bo():
    return create_user(role="coordinator", name="Bo")


def kept(by, *files, kind=Batch.Kind.REGISTER, options=OPTIONS, now=None) -> Upload:
    return uploads.keep(kind, files or (File("a.csv", b"x"),), options=options, by=by, now=now)


def register(tmp_path, *rows, name="r.csv") -> File:
    return File(name, register_of(tmp_path, *rows).read_bytes())


def confirmed(upload, by, *, shown=None) -> Batch:
    shown = looked_at(upload).fingerprint if shown is None else shown
    return uploads.confirm(upload, shown=shown, run=of_upload, by=by)


def looked_at(upload) -> Outcome:
    return of_upload(upload, by=upload.by, apply=False)


def refused(code, verb, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as refusal:
        verb(*args, **kwargs)
    assert refusal.value.code == code
    return " ".join(refusal.value.messages)


# --- keep --------------------------------------------------------------------------------------


def test_bytes_are_kept_as_they_came(bo):
    upload = kept(bo, File("a.csv", b"one\x00"), File("b/ø.xlsx", b"\xff"), now=NOW)

    upload.refresh_from_db()
    assert bytes(upload.content) == b"one\x00\xff"
    assert upload.files == [["a.csv", 4], ["ø.xlsx", 1]]
    assert upload.digest == f"sha256:{hashlib.sha256(b'one' + bytes([0, 255])).hexdigest()}"
    assert (upload.by, upload.kind, upload.options) == (bo, "register", OPTIONS)
    assert (upload.created_at, upload.expires_at) == (NOW, NOW + datetime.timedelta(hours=1))
    assert str(upload) == "a.csv, ø.xlsx"


def test_files_are_laid_out_as_they_came_and_taken_away_again(bo):
    upload = kept(bo, File("a.csv", b"one"), File("b.csv", b""), File("c.csv", b"three"))

    with uploads.unpacked(upload) as folder:
        found = {file.name: file.read_bytes() for file in folder.iterdir()}
        standing = folder

    assert found == {"a.csv": b"one", "b.csv": b"", "c.csv": b"three"}
    assert not standing.exists()


def test_folder_goes_when_reading_fails(bo):
    upload, standing = kept(bo), []

    def read():
        with uploads.unpacked(upload) as folder:
            standing.append(folder)
            (folder / "missing.csv").read_bytes()

    with pytest.raises(FileNotFoundError):
        read()

    assert [folder.exists() for folder in standing] == [False]


def test_name_never_leaves_its_folder(bo):
    upload = kept(bo, File("../../../tmp/evil.csv", b"x"), File("..\\..\\evil2.csv", b"y"))

    with uploads.unpacked(upload) as folder:
        assert sorted(file.name for file in folder.iterdir()) == ["evil.csv", "evil2.csv"]
        assert all(file.resolve().parent == folder.resolve() for file in folder.iterdir())


def test_new_upload_takes_the_place_of_the_own_one_of_its_kind_alone(bo):
    other = create_user(role="coordinator")
    theirs, mine = kept(other), kept(bo)
    plan = kept(bo, kind=Batch.Kind.PLAN, options={})

    again = kept(bo)

    assert set(Upload.objects.all()) == {theirs, plan, again}
    assert mine.pk != again.pk


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([], "upload_missing"),
        ([File(f"{number}.csv", b"x") for number in range(7)], "too_many_files"),
        ([File("a.csv", b"x" * 11)], "upload_too_large"),
        ([File("a.csv", b"x" * 6), File("b.csv", b"x" * 5)], "upload_too_large"),
    ],
)
def test_upload_that_cannot_be_kept_is_refused(bo, settings, files, code):
    settings.IMPORT_MAX_BYTES = 10

    refused(code, uploads.keep, Batch.Kind.REGISTER, files, options=OPTIONS, by=bo)

    assert not Upload.objects.exists()


def test_refused_upload_leaves_the_earlier_one(bo, settings):
    settings.IMPORT_MAX_BYTES = 10
    first = kept(bo)

    refused(
        "upload_too_large",
        uploads.keep,
        Batch.Kind.REGISTER,
        [File("a.csv", b"x" * 11)],
        options=OPTIONS,
        by=bo,
    )

    assert list(Upload.objects.all()) == [first]


# --- what it comes to --------------------------------------------------------------------------


def problem(fault="F", *, warning=False) -> Problem:
    return Problem(file="a", row=1, column="c", value="v", fault=fault, cure="C", warning=warning)


def problems(*found: Problem) -> Problems:
    kept = Problems()
    for one in found:
        kept.take(one)
    return kept


BASE = Outcome(sections=(Section("new", ("a", "b")),), counts={"a.csv": {"new": 2}})


@pytest.mark.parametrize(
    "other",
    [
        Outcome(sections=(Section("new", ("a",)), Section("new", ("b",))), counts=BASE.counts),
        Outcome(sections=(Section("changed", ("a", "b")),), counts=BASE.counts),
        Outcome(sections=(Section("new", ("b", "a")),), counts=BASE.counts),
        Outcome(sections=BASE.sections, counts={"a.csv": {"new": 3}}),
        Outcome(
            sections=BASE.sections, counts=BASE.counts, problems=problems(problem(warning=True))
        ),
        Outcome(sections=BASE.sections, counts=BASE.counts, problems=problems(problem())),
        Outcome(sections=BASE.sections, counts=BASE.counts, refusal="No"),
        Outcome(sections=BASE.sections, counts=BASE.counts, keys=("7",)),
        Outcome(),
    ],
)
def test_other_outcome_has_another_fingerprint(other):
    assert other.fingerprint != BASE.fingerprint


def test_equal_outcomes_have_one_fingerprint_whatever_the_order_of_counts():
    one = Outcome(counts={"a": {"new": 1, "same": 2}, "b": {}})
    other = Outcome(counts={"b": {}, "a": {"same": 2, "new": 1}})

    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    ("outcome", "can"),
    [
        (BASE, True),
        (Outcome(), True),
        (Outcome(problems=problems(problem(warning=True))), True),
        (Outcome(problems=problems(problem())), False),
        (Outcome(refusal="No"), False),
    ],
)
def test_only_faults_and_refusals_stand_in_the_way(outcome, can):
    assert outcome.can_apply is can


def test_checking_writes_nothing(bo, tmp_path):
    upload = kept(bo, register(tmp_path, *schools("280001")))
    before = commands.tables()

    first, second = looked_at(upload), looked_at(upload)

    assert commands.tables() == before
    assert first.fingerprint == second.fingerprint
    assert first.sections == (Section("new", ("280001 Skole 280001",)),)


# --- confirm -----------------------------------------------------------------------------------


def test_confirmed_upload_is_applied_and_thrown_away(bo, tmp_path):
    upload = kept(bo, register(tmp_path, *schools("280001", name="Skolen"), name="Skoler.csv"))

    batch = confirmed(upload, bo)

    assert (batch.by, batch.file_name, batch.digest) == (bo, "Skoler.csv", upload.digest)
    assert name_on("280001", "2024-08-01") == "Skolen"
    assert not Upload.objects.exists()
    assert Mark.objects.filter(reason="register").count() == 1


def test_upload_of_somebody_else_is_not_applied(bo, tmp_path):
    upload = kept(bo, register(tmp_path, *schools("280001")))

    refused("upload_gone", confirmed, upload, create_user(role="manager"))

    assert not School.objects.exists()
    assert Upload.objects.exists()


def test_upload_is_applied_once(bo, tmp_path):
    upload = kept(bo, register(tmp_path, *schools("280001")))
    confirmed(upload, bo)

    refused("upload_gone", confirmed, upload, bo, shown="")

    assert (Batch.objects.count(), SchoolVersion.objects.count()) == (1, 1)


def test_something_in_between_stops_it_and_keeps_the_upload(bo, tmp_path):
    upload = kept(bo, register(tmp_path, *schools("280001", name="Nyt")))
    shown = looked_at(upload).fingerprint
    applied(register_of(tmp_path, *schools("280001", name="Andet")), "2024-02-01")

    refused("difference_changed", confirmed, upload, bo, shown=shown)

    assert name_on("280001", "2024-08-01") == "Andet"
    assert confirmed(upload, bo).counts["changed"] == 1


def test_import_that_changes_nothing_of_it_is_no_hindrance(bo, tmp_path):
    upload = kept(bo, register(tmp_path, *schools("280001")))
    shown = looked_at(upload).fingerprint
    Batch.objects.create(kind="plan", file_name="plan.json", digest="sha256:0")

    assert confirmed(upload, bo, shown=shown).kind == "register"


def test_faulty_upload_is_never_applied(bo):
    upload = kept(bo, File("a.csv", b"nonsense"))

    refused("difference_changed", confirmed, upload, bo)

    assert not Batch.objects.exists()


def test_failure_while_applying_leaves_all_as_it_was(bo, tmp_path):
    upload = kept(bo, register(tmp_path, *schools("280001")))
    shown = looked_at(upload).fingerprint

    def broken(current, *, by, apply):
        outcome = of_upload(current, by=by, apply=apply)
        if apply:
            raise IntegrityError
        return outcome

    with pytest.raises(IntegrityError):
        uploads.confirm(upload, shown=shown, run=broken, by=bo)

    assert list(Upload.objects.all()) == [upload]
    assert not School.objects.exists()
    assert not Batch.objects.exists()


# --- expiry ------------------------------------------------------------------------------------


def test_upload_is_live_until_its_hour_is_over():
    upload = create_upload(expires_at=NOW)
    second = datetime.timedelta(seconds=1)

    assert list(Upload.objects.live(NOW - second)) == [upload]
    assert list(Upload.objects.live(NOW)) == []
    assert list(Upload.objects.expired(NOW)) == [upload]
    assert list(Upload.objects.expired(NOW - second)) == []
    assert uploads.drop_expired(now=NOW - second) == 0
    assert uploads.drop_expired(now=NOW) == 1


def test_tick_says_what_it_dropped():
    create_upload(expires_at=timezone.now())
    create_upload()

    drop_expired_uploads()

    assert Tick.objects.get(job="drop_expired_uploads").said == "dropped=1"
    assert Upload.objects.count() == 1
