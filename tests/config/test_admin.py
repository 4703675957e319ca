"""Break-glass: every table can be read and searched, facts cannot be touched, lists stay cheap."""

from __future__ import annotations

import datetime
import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.models import Answer, Headcount, Register
from booking.models import Booking, Contact, Draft, Hold, Party, Transition
from goals.models import (
    CategoryMapping,
    Decision,
    Goal,
    Measure,
    PlanVersion,
    Snapshot,
    StatedTotal,
    StatusReport,
    TargetGroup,
)
from notifications.models import Notice
from tests import factories
from tests.cast import create_superuser, seat
from workshops.models import Batch, Mark, Plan, School, SchoolVersion, Session, User, Workshop

pytestmark = pytest.mark.django_db
FACTS = [
    *(Batch, Mark, Booking, Party, Transition, Headcount, Register, Hold, Answer),
    *(Snapshot, Decision, StatusReport, StatedTotal, PlanVersion, Goal, Measure, Notice),
]
OURS = {"workshops", "booking", "attendance", "goals", "notifications"}


@pytest.fixture
def root():
    return seat(create_superuser())


def address(model, page: str, *arguments) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def create_everything() -> None:
    """One row more in every table that a list shows with names of others."""
    now = timezone.now()
    user = factories.create_user(role="coordinator", deliverer=factories.create_deliverer())
    booking = factories.create_booking()
    party = booking.parties.get()
    session = booking.session
    factories.create_headcount(party=party)
    factories.create_register(session=factories.create_session())
    Contact.objects.get_or_create(
        booking=booking,
        defaults={"name": "A", "email": "a@example.org", "expires_on": datetime.date(2030, 1, 1)},
    )
    Hold.objects.create(session=session, seats=1, client_key="c", expires_at=now, created_at=now)
    Answer.objects.create(
        session=session, question="q", folded_question="q", value="v", folded_value="v"
    )
    Transition.objects.create(booking=booking, target="confirmed", by=user, at=now)
    version = PlanVersion.objects.create(
        plan=factories.create_plan(), year=2024, title="T", municipality_code="101"
    )
    group = TargetGroup.objects.create(version=version, number=1, title="T")
    goal = Goal.objects.create(version=version, target_group=group, position=1, code="1", title="T")
    measure = Measure.objects.create(
        version=version, goal=goal, position=1, code="1a", kind="narrative"
    )
    Snapshot.objects.create(
        version=version, measure=measure, code="1a", level="approved", value={}, digest="d"
    )
    Decision.objects.create(goal=goal, verdict="met", why="w", by=user)
    StatusReport.objects.create(version=version, revision=1, content={}, by=user)
    StatedTotal.objects.create(
        plan=version.plan,
        code="1a",
        date=datetime.date(2024, 1, 1),
        value=1,
        stated_by_name="A",
        stated_by_key="a",
    )
    CategoryMapping.objects.create(
        version=version, type_code="1", category="c", valid_from=datetime.date(2024, 1, 1)
    )
    Mark.objects.create(reason="r", session=session)
    factories.create_batch(by=user)
    factories.create_upload(by=user)


def test_every_table_of_ours_is_there():
    from django.apps import apps

    missing = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OURS and model not in admin.site._registry
    }

    assert missing == {"workshops.FurtherPlan"}


def tables() -> list[type]:
    """Every table of the administration, once the address book has had its say."""
    reverse("admin:index")
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def test_every_list_opens_and_is_searched(root):
    create_everything()

    opened = {model: root.get(address(model, "changelist")).status_code for model in tables()}
    found = {
        model: list(
            root.get(address(model, "changelist"), {"q": "nothing like it"})
            .context["cl"]
            .result_list
        )
        for model in tables()
    }

    assert opened == dict.fromkeys(tables(), 200)
    assert found == {model: [] for model in tables()}


def test_every_list_costs_the_same_for_one_row_and_for_many(root):
    root.get("/admin/")
    create_everything()
    few = {model: _queries(root, model) for model in tables()}
    for _time in range(3):
        create_everything()

    many = {model: _queries(root, model) for model in tables()}

    assert many == few


def _queries(root, model) -> int:
    with CaptureQueriesContext(connection) as asked:
        root.get(address(model, "changelist"))
    return len(asked)


def test_facts_are_read_and_never_touched(root):
    create_everything()
    create_notice("k")
    answers = {}

    for model in FACTS:
        row = model.objects.order_by("pk").first()
        looked = root.get(address(model, "change", row.pk))
        changed = root.post(address(model, "change", row.pk), {"reason": "x"})
        deleted = root.post(address(model, "delete", row.pk), {"post": "yes"})
        added = root.post(address(model, "add"), {})
        assert "_save" not in looked.content.decode()
        answers[model] = [page.status_code for page in (looked, changed, deleted, added)]

    assert answers == {model: [200, 403, 403, 403] for model in FACTS}


@pytest.mark.parametrize("page", ["changelist", "add"])
def test_second_addresses_have_no_table_here(root, page):
    assert root.get(f"/admin/account/emailaddress/{page}").status_code == 404


def test_contact_can_be_erased_and_nothing_else_of_it_changed(root):
    booking = factories.create_booking()
    contact, _made = Contact.objects.get_or_create(
        booking=booking,
        defaults={"name": "A", "email": "a@example.org", "expires_on": datetime.date(2030, 1, 1)},
    )

    changed = root.post(address(Contact, "change", contact.pk), {"name": "B"})
    root.post(address(Contact, "delete", contact.pk), {"post": "yes"})

    assert changed.status_code == 403
    assert Contact.objects.count() == 0
    assert Booking.objects.filter(pk=booking.pk).exists()


# --- what may be changed -----------------------------------------------------------------------


def test_change_of_what_figures_rest_on_leaves_a_mark(root):
    school = factories.create_school()
    version = school.versions.get()
    Mark.objects.all().delete()
    form = root.get(address(SchoolVersion, "change", version.pk)).context["adminform"].form
    typed = {name: value for name, value in form.initial.items() if name in form.fields}

    answer = root.post(
        address(SchoolVersion, "change", version.pk),
        {name: "" if value is None else value for name, value in typed.items()}
        | {"type_code": "1014"},
    )

    version.refresh_from_db()
    assert (answer.status_code, version.type_code) == (302, "1014")
    assert list(Mark.objects.values_list("reason", "session")) == [("administration", None)]


@pytest.mark.parametrize("how", ["one", "many"])
def test_deleting_what_figures_rest_on_leaves_a_mark(root, how):
    create_everything()
    Mark.objects.all().delete()
    row = CategoryMapping.objects.get()

    if how == "one":
        root.post(address(CategoryMapping, "delete", row.pk), {"post": "yes"})
    else:
        root.post(
            address(CategoryMapping, "changelist"),
            {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        )

    assert CategoryMapping.objects.count() == 0
    assert Mark.objects.count() == 1


@pytest.mark.parametrize("model", [School, Session, Plan, User], ids=lambda model: model.__name__)
def test_rows_that_others_rest_on_are_not_deleted(root, model):
    create_everything()
    row = model.objects.order_by("pk").last()

    answer = root.post(address(model, "delete", row.pk), {"post": "yes"})

    assert model.objects.filter(pk=row.pk).exists()
    assert answer.status_code in (200, 403)


@pytest.mark.parametrize("model", [School, Session, Plan, SchoolVersion], ids=lambda m: m.__name__)
def test_rows_that_files_and_actions_make_are_not_added_here(root, model):
    assert root.get(address(model, "add")).status_code == 403


@pytest.mark.parametrize(
    "field", ["seats_taken", "capacity", "state", "starts", "ends", "over_at", "audience"]
)
def test_session_keeps_what_the_actions_keep_in_step(root, field):
    session = factories.create_session()

    form = root.get(address(Session, "change", session.pk)).context["adminform"].form

    assert field not in form.fields


def test_user_made_here_signs_in_by_a_code(root):
    answer = root.post(
        address(User, "add"), {"email": "New@Example.org", "name": "New", "is_active": "on"}
    )

    new = User.objects.get(email="new@example.org")
    assert answer.status_code == 302
    assert new.has_usable_password() is False
    assert (
        "password" not in root.get(address(User, "change", new.pk)).context["adminform"].form.fields
    )


def test_user_changed_here_keeps_the_password(root):
    anna = factories.create_user(email="anna@example.org")
    anna.set_password("x" * 14)
    anna.save()

    root.post(
        address(User, "change", anna.pk),
        {"email": "anna@example.org", "name": "Anna", "is_active": "on"},
    )

    anna.refresh_from_db()
    assert anna.name == "Anna"
    assert anna.check_password("x" * 14) is True


def test_workshop_renamed_here_leaves_a_mark(root):
    workshop = factories.create_workshop()
    form = root.get(address(Workshop, "change", workshop.pk)).context["adminform"].form
    typed = {
        name: "" if form.initial.get(name) is None else form.initial[name] for name in form.fields
    }
    typed = {name: value for name, value in typed.items() if value is not False}
    if workshop.published_at:
        local = timezone.localtime(workshop.published_at)
        typed |= {"published_at_0": f"{local:%Y-%m-%d}", "published_at_1": f"{local:%H:%M:%S}"}

    answer = root.post(address(Workshop, "change", workshop.pk), typed | {"title": "New title"})

    workshop.refresh_from_db()
    assert answer.status_code == 302
    assert (workshop.title, workshop.folded_title) == ("New title", "new title")
    assert Mark.objects.count() == 1


# --- letters -----------------------------------------------------------------------------------


def create_notice(key: str, **fields) -> Notice:
    return Notice.objects.create(
        **{
            "key": key,
            "kind": "invited",
            "recipient": "a@example.org",
            "subject": "s",
            "text": "The text",
            "rendered_at": timezone.now(),
            "message_id": key,
        }
        | fields
    )


@pytest.mark.parametrize(("kind", "shown"), [("invited", True), ("login_code", False)])
def test_letter_that_opens_a_door_is_not_shown(root, kind, shown):
    notice = create_notice("k", kind=kind)

    page = root.get(address(Notice, "change", notice.pk)).content.decode()

    assert ("The text" in page) is shown


def test_failed_letters_are_sent_again(root):
    failed = create_notice("a", state="failed", attempts=12, last_error="550 no")
    secret = create_notice("b", state="failed", kind="login_code")
    sent = create_notice("c", state="sent", sent_at=timezone.now())

    root.post(
        address(Notice, "changelist"),
        {"action": "send_again", "_selected_action": [failed.pk, secret.pk, sent.pk]},
    )

    rows = dict(Notice.objects.values_list("key", "state"))
    failed.refresh_from_db()
    assert rows == {"a": "queued", "b": "failed", "c": "sent"}
    assert (failed.attempts, failed.last_error, failed.message_id) == (0, "", "a")


# --- secrets -----------------------------------------------------------------------------------

OPENS = re.compile(r"token|secret|password|request_key|client_key|answers|content|facts|html|links")


def test_no_page_shows_what_opens_a_door_or_is_still_being_typed(root):
    create_everything()
    create_notice("k")
    session = Session.objects.order_by("pk").first()
    Draft.objects.create(
        session=session, token_key="k" * 64, answers={"name": "Ask"}, expires_at=timezone.now()
    )
    shown = {}

    for model in tables():
        row = model.objects.order_by("pk").first()
        if row:
            page = root.get(address(model, "change", row.pk))
            fields = page.context["adminform"].fieldsets
            columns = admin.site._registry[model].list_display
            names = [name for name in (*fields_of(fields), *columns) if OPENS.search(str(name))]
            if names:
                shown[model._meta.label] = names

    assert shown == {"goals.StatusReport": ["content"]}  # a report is public


def fields_of(fieldsets):
    return [name for _title, options in fieldsets for name in options["fields"]]
