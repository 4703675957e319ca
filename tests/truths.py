"""How each truth of docs/truths.md is broken by raw SQL: the constraint, a valid row, the changes."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils import timezone

from attendance.models import Answer, Register
from booking.models import (
    Booking,
    Contact,
    Draft,
    Errand,
    Hold,
    Mailbox,
    Need,
    Party,
    WorkshopRequest,
)
from goals.models import (
    CategoryMapping,
    Decision,
    Goal,
    Initiative,
    Measure,
    PlanVersion,
    Snapshot,
    StatedTotal,
    StatusReport,
    TargetGroup,
)
from notifications.models import Notice
from tests import factories as make
from tests.raw import read
from workshops.models import FurtherPlan, Mark, RegisterCoverage, SchoolClosing, Upload

DAY = datetime.date(2024, 8, 1)
Changes = dict[str, Any]
Break = tuple[str, Callable[[], Model], Changes]


# --- a valid row of each table that the factories do not make ----------------------------------


def party() -> Party:
    return make.create_booking().parties.get()


def person() -> Party:
    return make.create_booking(session=make.create_session(audience="forældre")).parties.get()


def hold() -> Hold:
    now = timezone.now()
    session = make.create_session()
    return Hold.objects.create(
        session=session, seats=1, client_key="c", expires_at=now, created_at=now
    )


def draft() -> Draft:
    now = timezone.now()
    kept = hold()
    return Draft.objects.create(session=kept.session, hold=kept, token_key="k", expires_at=now)


def contact() -> Contact:
    return make.create_booking().contact


def need() -> Need:
    return Need.objects.create(booking=make.create_booking(), code="quiet_place", expires_on=DAY)


def mailbox() -> Mailbox:
    return Mailbox.objects.create(key="k", confirmed_at=timezone.now())


def errand() -> Errand:
    booking = make.create_booking()
    school = booking.parties.get().school
    return Errand.objects.create(kind="tell_school", booking=booking, school=school)


def order() -> WorkshopRequest:
    return WorkshopRequest.objects.create(
        workshop=make.create_workshop(),
        organisation="Biblioteket",
        expected=20,
        name="En",
        email="en@example.org",
        expires_on=DAY,
    )


def answer() -> Answer:
    session = make.create_session()
    return Answer.objects.create(
        session=session, question="Q", folded_question="q", value="Ja", folded_value="ja"
    )


def further_plan() -> FurtherPlan:
    return FurtherPlan.objects.create(session=make.create_session(), plan=make.create_plan())


def closing() -> SchoolClosing:
    return SchoolClosing.objects.create(school=make.create_school(), closed_from=DAY)


def coverage() -> RegisterCoverage:
    return RegisterCoverage.objects.create(municipality_code="101", valid_from=DAY)


def school_version() -> Model:
    return make.create_school().versions.get()


def mark() -> Mark:
    return Mark.objects.create(session=make.create_session(), reason="counted")


def request_keyed() -> Booking:
    booking = make.create_booking()
    Booking.objects.filter(pk=booking.pk).update(request_key=uuid.uuid4())
    return booking


def transition() -> Model:
    return make.create_booking().transitions.get()


def version() -> PlanVersion:
    return PlanVersion.objects.create(
        plan=make.create_plan(), year=2024, title="Plan", municipality_code="101"
    )


def mapping() -> CategoryMapping:
    return CategoryMapping.objects.create(
        version=version(), type_code="1012", category="folkeskole", valid_from=DAY
    )


def group() -> TargetGroup:
    return TargetGroup.objects.create(version=version(), number=1, title="Unge")


def goal() -> Goal:
    target = group()
    return Goal.objects.create(
        target_group=target, version=target.version, position=1, code="1a", title="Mål"
    )


def measure() -> Measure:
    owner = goal()
    return Measure.objects.create(
        goal=owner, version=owner.version, position=1, code="1a.x", kind="participations"
    )


def initiative() -> Initiative:
    return Initiative.objects.create(version=version(), position=1, code="i1", title="Tiltag")


def total() -> StatedTotal:
    return StatedTotal.objects.create(
        plan=make.create_plan(),
        code="2",
        date=DAY,
        value=3,
        denominator=4,
        stated_by_name="A",
        stated_by_key="a",
    )


def snapshot() -> Snapshot:
    figure = measure()
    return Snapshot.objects.create(
        version=figure.version, measure=figure, code=figure.code, level="approved", value={}
    )


def decision() -> Decision:
    return Decision.objects.create(goal=goal(), verdict="met", why="Nok.", by=make.create_user())


def report() -> StatusReport:
    return StatusReport.objects.create(
        version=version(), revision=1, content={}, by=make.create_user()
    )


def notice() -> Notice:
    return Notice.objects.create(
        key="k", kind="confirmed", recipient="a@example.org", facts={"a": "b"}, message_id="m"
    )


def letter_in_words() -> Notice:
    kept = notice()
    kept.subject, kept.text, kept.rendered_at = "S", "T", timezone.now()
    kept.save()
    return kept


def upload() -> Upload:
    return make.create_upload()


def begun_register() -> Register:
    return make.create_register(state="in_progress")


# --- CHECKs: a valid row is changed ------------------------------------------------------------

NOW = datetime.datetime(2024, 8, 1, 8, tzinfo=datetime.UTC)
CHECKS: list[Break] = [
    ("session_never_overbooked", make.create_session, {"seats_taken": 31}),
    ("hold_has_seats", hold, {"seats": 0}),
    (
        "session_ends_after_it_starts",
        make.create_session,
        {"ends": lambda row: read(row, "starts")},
    ),
    ("session_state_is_known", make.create_session, {"state": "maybe"}),
    ("session_language_is_known", make.create_session, {"language": "fr"}),
    ("job_group_is_known", contact, {"job_group": "spy"}),
    ("need_is_known", need, {"code": "money"}),
    ("errand_kind_is_known", errand, {"kind": "sing"}),
    ("done_errand_has_time_and_name", errand, {"done_at": NOW}),
    ("done_errand_has_time_and_name", errand, {"done_by_id": lambda _row: make.create_user().pk}),
    ("session_audience_is_known", make.create_session, {"audience": "alle"}),
    ("over_session_has_time", make.create_session, {"state": "cancelled"}),
    ("over_session_has_time", make.create_session, {"over_at": NOW}),
    ("workshop_state_is_known", make.create_workshop, {"state": "maybe"}),
    ("workshop_audience_is_known", make.create_workshop, {"audience": "alle"}),
    ("published_workshop_has_time", make.create_workshop, {"published_at": None}),
    ("workshop_grades_in_order", make.create_workshop, {"grade_from": 8, "grade_to": 7}),
    ("booking_state_is_known", make.create_booking, {"state": "maybe"}),
    ("over_booking_has_time_and_reason", make.create_booking, {"state": "cancelled"}),
    ("over_booking_has_time_and_reason", make.create_booking, {"over_at": NOW}),
    (
        "over_booking_has_time_and_reason",
        make.create_booking,
        {"state": "cancelled", "over_at": NOW, "over_reason": "no idea"},
    ),
    ("awaiting_booking_has_deadline", make.create_booking, {"state": "pending"}),
    ("party_kind_is_known", make.create_crowd, {"kind": "herd"}),
    ("class_has_school_and_label", party, {"school_id": None}),
    ("class_has_school_and_label", party, {"label": ""}),
    ("class_has_school_and_label", party, {"folded_label": ""}),
    ("class_has_school_and_label", party, {"booking_id": None}),
    ("only_classes_have_labels", make.create_crowd, {"label": "7.B"}),
    ("only_classes_have_labels", make.create_crowd, {"grade": 7}),
    ("person_has_booking_and_key", person, {"person_key": ""}),
    ("request_state_is_known", order, {"state": "maybe"}),
    ("over_request_has_time", order, {"state": "declined"}),
    ("scheduled_request_has_session", order, {"state": "scheduled", "over_at": NOW}),
    ("register_state_is_known", make.create_register, {"state": "maybe"}),
    ("submitted_register_says_held_and_when", begun_register, {"state": "submitted"}),
    ("approved_register_has_time", make.create_register, {"state": "approved"}),
    ("approved_register_has_time", make.create_register, {"approved_at": NOW}),
    ("answer_is_not_blank", answer, {"folded_value": ""}),
    ("school_number_has_six_digits", make.create_school, {"number": "12345"}),
    ("school_number_has_six_digits", make.create_school, {"number": "12345a"}),
    ("municipality_code_has_three_digits", school_version, {"municipality_code": "0101"}),
    ("reopening_comes_after_closing", closing, {"reopened_on": DAY}),
    ("merged_school_has_time", make.create_school, {"merged_at": NOW}),
    (
        "school_never_merged_into_itself",
        make.create_school,
        {"merged_into_id": lambda row: row.pk, "merged_at": NOW},
    ),
    ("plan_year_has_four_digits", version, {"year": 24}),
    ("category_is_null_or_named", mapping, {"category": ""}),
    ("rule_is_known", goal, {"rule": "some"}),
    ("measure_kind_is_known", measure, {"kind": "guess"}),
    ("measure_audience_is_known", measure, {"audience": "alle"}),
    ("target_range_in_order", measure, {"target_min": 300, "target_max": 200}),
    ("nobody_approves_an_own_total", total, {"approved_by_key": "a"}),
    ("progressed_never_above_started", total, {"value": 5}),
    ("snapshot_level_is_known", snapshot, {"level": "guessed"}),
    ("notice_state_is_known", notice, {"state": "maybe"}),
    ("sent_notice_has_time", letter_in_words, {"state": "sent"}),
    ("sent_notice_has_time", notice, {"sent_at": NOW}),
    ("sending_notice_has_lease", notice, {"state": "sending"}),
    ("sent_notice_is_rendered", notice, {"state": "sent", "sent_at": NOW}),
    ("unrendered_notice_has_no_words", notice, {"text": "T"}),
    ("unrendered_notice_has_no_words", letter_in_words, {"rendered_at": None}),
    ("blanked_notice_is_empty", notice, {"blanked_at": NOW}),
    ("blanked_notice_is_empty", letter_in_words, {"blanked_at": NOW, "facts": "{}"}),
]

# --- tables whose rows are facts, and uniqueness: a copy of a valid row is inserted ------------

DECIDED = {"verdict": "approved", "decided_at": NOW}
OWN = {**DECIDED, "decided_by_id": lambda row: row.recorded_by_id}
OTHER = {"verdict": "approved", "decided_by_id": lambda _row: make.create_user().pk}
COPIES: list[Break] = [
    ("headcount_never_negative", make.create_headcount, {"present": -1}),
    ("headcount_outcome_is_known", make.create_headcount, {"outcome": "lost"}),
    ("no_show_has_nobody_present", make.create_headcount, {"outcome": "no_show"}),
    ("decided_headcount_has_time", make.create_headcount, OTHER),
    ("decided_headcount_has_time", make.create_headcount, {"decided_at": NOW}),
    ("nobody_approves_an_own_count", make.create_headcount, OWN),
    ("only_imports_count_anonymously", make.create_headcount, {"recorded_by_id": None}),
    ("only_imports_count_anonymously", make.create_headcount, DECIDED),
    ("transition_states_are_known", transition, {"target": "maybe"}),
    ("transition_states_are_known", transition, {"origin": "maybe"}),
    ("batch_kind_is_known", make.create_batch, {"kind": "guess"}),
    ("upload_kind_is_known", upload, {"kind": "guess"}),
    ("decision_verdict_is_known", decision, {"verdict": "maybe"}),
    ("decision_has_reason", decision, {"why": ""}),
    ("revisions_count_from_one", report, {"revision": 0}),
    ("one_further_plan_once", further_plan, {}),
    (
        "one_current_booking_per_import_row",
        lambda: make.create_booking(row_id="7"),
        {"reference": "OTHER"},
    ),
    ("one_live_booking_per_class_and_session", party, {"label": "7 b."}),
    ("one_live_signup_per_person_and_session", person, {"seats": 2}),
    ("one_crowd_without_booking_per_session", make.create_crowd, {}),
    ("one_need_once", need, {}),
    ("one_errand_per_booking_and_school", errand, {}),
    ("one_version_per_school_and_date", school_version, {"name": "Other"}),
    ("one_closing_per_school_and_date", closing, {}),
    ("one_coverage_per_municipality_and_date", coverage, {}),
    ("one_version_per_plan_and_year", version, {"title": "Other"}),
    ("one_category_per_type_and_date", mapping, {"category": None}),
    ("one_target_group_per_number", group, {"title": "Other"}),
    ("one_goal_per_code", goal, {"title": "Other"}),
    ("one_measure_per_code", measure, {"kind": "narrative"}),
    ("one_initiative_per_code", initiative, {"title": "Other"}),
    ("one_stated_total_per_code_and_date", total, {"value": 1}),
    ("one_report_per_revision", report, {}),
    (
        "one_user_per_address",
        make.create_user,
        {"email": lambda row: row.email.upper()},
    ),
]
OTHER_KEY = uuid.uuid4().hex
UNIQUE_COLUMNS: list[Break] = [
    ("booking_booking.request_key", request_keyed, {"reference": "OTHER"}),
    ("booking_draft.token_key", draft, {"request_key": OTHER_KEY, "hold_id": None}),
    ("booking_draft.request_key", draft, {"token_key": "other", "hold_id": None}),
    ("booking_draft.hold_id", draft, {"token_key": "other", "request_key": OTHER_KEY}),
    ("booking_mailbox.key", mailbox, {}),
    ("attendance_register.session_id", make.create_register, {}),
    ("workshops_school.number", make.create_school, {}),
    ("workshops_workshop.folded_title", make.create_workshop, {"slug": "other"}),
    ("notifications_notice.key", notice, {"message_id": "other"}),
    ("notifications_notice.message_id", notice, {"key": "other"}),
]

# --- append-only tables: a valid row, a change that is refused, whether deleting is too --------

TRIGGERS: list[tuple[str, Callable[[], Model], Changes, bool]] = [
    ("booking_transition_append_only", transition, {"why": "no"}, True),
    ("attendance_headcount_append_only", make.create_headcount, {"present": 21}, True),
    ("goals_decision_append_only", decision, {"why": "no"}, True),
    ("goals_statusreport_append_only", report, {"revision": 2}, True),
    ("workshops_mark_append_only", mark, {"reason": "no"}, False),
    ("workshops_batch_append_only", make.create_batch, {"file_name": "no"}, True),
]

# What else a broken row may be told by: PostgreSQL names the first of several, by alphabet.
ALSO = {
    "headcount_never_negative": {"attendance_headcount_present_check", "present"},
    "session_state_is_known": {"over_session_has_time"},
    "booking_state_is_known": {"over_booking_has_time_and_reason"},
    "request_state_is_known": {"over_request_has_time"},
    "register_state_is_known": {"approved_register_has_time"},
    "notice_state_is_known": {"sent_notice_has_time"},
}
