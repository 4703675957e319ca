"""Where personal data can stand, column by column; pupils have none anywhere."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from attendance.models import Answer, Headcount, Register
from booking.models import Booking, Contact, Course, Need, Party
from booking.models import WorkshopRequest as Order
from tests import factories

TEXT = (models.CharField, models.TextField, models.EmailField, models.JSONField, models.FileField)

# Whose data a column holds, and why we have it.
PERSONAL = {
    "contact": ["booking.contact: name email mobile meeting_place workplace job_group"],
    "need": ["booking.need: code"],
    # what is typed before it is a booking; gone with it, or after two hours
    "draft": ["booking.draft: answers"],
    # keyed hashes: tell the same person twice, name nobody
    "pseudonym": [
        "booking.party: person_key",
        "booking.hold: client_key",
        "booking.draft: token_key",
        "booking.mailbox: key",
    ],
    "request": ["booking.workshoprequest: organisation wishes name email"],
    "notice": ["notifications.notice: recipient facts subject text html key last_error message_id"],
    "staff": [
        "workshops.user: email name password",
        "workshops.deliverer: code title",
        "goals.statedtotal: stated_by_name stated_by_key approved_by_name approved_by_key",
        "account.emailaddress: email",
        "account.emailconfirmation: key",
        "admin.logentry: object_id object_repr change_message",
        "sessions.session: session_key session_data",
    ],
    # words of the staff about their own doing; what looks like a CPR number is refused
    "reason": [
        "attendance.headcount: why verdict_why",
        "booking.transition: why",
        "goals.decision: why",
    ],
}

NOT_PERSONAL = [
    "auth.group: name",
    "auth.permission: name codename",
    "contenttypes.contenttype: app_label model",
    "attendance.answer: question folded_question value folded_value",
    "booking.booking: reference language request_digest row_id row_digest state over_reason",
    "booking.course: code",
    "booking.draft: references",
    "booking.errand: kind",
    "attendance.headcount: outcome verdict",
    "booking.party: kind label folded_label",
    "attendance.register: state",
    "booking.transition: origin target",
    "booking.workshoprequest: state",
    "goals.categorymapping: type_code category",
    "goals.decision: verdict",
    "goals.goal: code title text rule",
    "goals.initiative: code level title text",
    "goals.measure: code kind audience school_category workshop question answer text",
    "goals.planversion: title municipality_code",
    "goals.snapshot: code level value digest",
    "goals.statedtotal: code",
    "goals.statusreport: content differences",
    "goals.targetgroup: title",
    # the parts a secret link is made from, never the link
    "notifications.notice: kind language state links",
    "workshops.batch: kind file_name digest counts",
    "workshops.district: name",
    "workshops.mark: reason",
    "workshops.plan: code title",
    "workshops.registercoverage: municipality_code",
    "workshops.school: number search_text",
    # an institution's own address and mailbox, as the public register prints them
    "workshops.schoolversion: name type_code type_name unit_kind address postcode town"
    " municipality_code main_school_number phone email website",
    "workshops.session: reference audience room language state",
    "workshops.tick: job said",
    "workshops.topic: slug title title_en",
    # what is uploaded is read or thrown away within the hour; names are cleaned of numbers
    "workshops.upload: kind files digest options",
    "workshops.venue: name address",
    "workshops.workshop: title folded_title slug audience summary description preparation"
    " school_provides state title_en summary_en description_en preparation_en school_provides_en",
]


def spread(lines):
    """["a.b: c d"] → {"a.b.c", "a.b.d"}."""
    pairs = [line.split(": ") for line in lines]
    return {f"{model}.{field}" for model, fields in pairs for field in fields.split()}


def text_columns(found):
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in found
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT)
    }


def personal():
    return spread(line for lines in PERSONAL.values() for line in lines)


def test_every_text_column_is_declared_personal_or_not():
    columns = text_columns(apps.get_models())

    assert columns - personal() - spread(NOT_PERSONAL) == set(), "say in which list these belong"
    assert (personal() | spread(NOT_PERSONAL)) - columns == set(), "these are gone"
    assert personal() & spread(NOT_PERSONAL) == set(), "these stand in both lists"


def test_undeclared_column_is_seen():
    class Intruder(models.Model):
        pupil = models.CharField(max_length=80)

        class Meta:
            app_label = "intruders"

        def __str__(self):
            return self.pupil

    del apps.all_models["intruders"]

    assert text_columns([Intruder]) - personal() - spread(NOT_PERSONAL) == {
        "intruders.intruder.pupil"
    }


@pytest.mark.parametrize("model", [Contact, Need, Order])
def test_personal_data_of_guests_has_a_last_day(model):
    last_day = model._meta.get_field("expires_on")

    assert isinstance(last_day, models.DateField)
    assert not last_day.null
    assert not last_day.has_default()


@pytest.mark.parametrize(
    ("model", "texts"),
    [
        # a class as the school calls it; 40 signs since files write "10.X (modtageklasse)"
        (Party, {"label": 40, "folded_label": 40, "person_key": 64, "kind": 10}),
        (Headcount, {"outcome": 10, "verdict": 10, "why": 200, "verdict_why": 200}),
        (Register, {"state": 20}),
        (Course, {"code": 60}),
        (Answer, {"question": 120, "folded_question": 120, "value": 120, "folded_value": 120}),
    ],
)
def test_rows_about_a_class_have_no_room_for_a_name(model, texts):
    found = {
        field.name: field.max_length
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT)
    }

    assert found == texts


@pytest.mark.django_db
def test_counts_survive_the_end_of_the_contact():
    booking = factories.create_booking()
    factories.create_headcount(party=booking.parties.get(), present=20, approved=True)

    booking.contact.delete()

    assert Booking.objects.get().parties.get().headcounts.get().present == 20


@pytest.mark.django_db
def test_class_party_made_by_an_action_has_no_key():
    party = factories.create_booking().parties.get()

    assert (party.kind, party.person_key) == ("class", "")
