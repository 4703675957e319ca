"""A coordinator's pages about sessions: what they need, who came, approving what others counted."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from booking.actions import attendance
from booking.models import Headcount, Register
from booking.states import BookingState
from tests import cast as people
from tests.booking.counted import (
    ago,
    begun,
    browser,
    count_page,
    english,
    evening,
    parties,
    reachable,
    said,
    submit_page,
    typed,
    words,
)
from tests.factories import (
    create_batch,
    create_booking,
    create_deliverer,
    create_headcount,
    create_register,
    create_school,
    create_session,
    create_user,
    create_workshop,
    local,
)
from workshops.models import Session

pytestmark = pytest.mark.django_db
LIST, APPROVE = "/manage/sessions/", "/manage/sessions/approve/"
ROLES = {
    "anonymous": 302,
    "stranger": 403,
    "facilitator": 403,
    "coordinator": 200,
    "manager": 200,
    "superuser": 200,
}


@pytest.fixture
def karen():
    """A coordinator at a browser."""
    return browser("coordinator", name="Karen")


@pytest.fixture
def leader():
    return create_user(role="facilitator", name="Anna")


@pytest.fixture
def cast():
    return {role: english(client) for role, client in people.assemble().items()}


def page_of(session):
    return f"/manage/sessions/{session.pk}/"


def decide(headcount, verb):
    return f"/manage/headcounts/{headcount.pk}/{verb}/"


def handed_over(leader, *, present=(24,), booked=(24,), held=True, **fields):
    """A session that *leader* has counted and handed over."""
    session = begun(leader, booked=booked, **fields)
    for party, number in zip(parties(session), present, strict=True):
        attendance.record(party, present=number, by=leader)
    attendance.submit(session, held=held, by=leader)
    return session


def box(session):
    latest = Headcount.objects.filter(party__session=session).order_by("-pk").first()
    return f"{session.pk}:{latest.pk if latest else 0}"


def listed(answer):
    return [row.counts.session for row in answer.context["rows"]]


def tabs(answer):
    return {tab.name: tab.number for tab in answer.context["tabs"]}


def approved():
    return set(
        Register.objects.filter(state=Register.State.APPROVED).values_list("session_id", flat=True)
    )


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_pages_are_for_coordinators(cast, leader, role, status):
    session = handed_over(leader)
    count = Headcount.objects.get()
    pages = [LIST, page_of(session), decide(count, "reject"), decide(count, "correct")]
    pages.append(count_page(session, "manage:session-count"))

    answers = [cast[role].get(page) for page in pages]

    assert [answer.status_code for answer in answers] == [status] * 5
    if status != 200:
        assert all(session.workshop.title not in answer.content.decode() for answer in answers)


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_approving_is_for_coordinators(cast, leader, role, status):
    first, second = handed_over(leader), handed_over(leader)

    many = cast[role].post(APPROVE, {"session": box(first)})
    one = cast[role].post(decide(second.parties.get().headcounts.get(), "approve"))

    may = status == 200
    assert [many.status_code, one.status_code] == [302 if may else status] * 2
    assert approved() == ({first.pk} if may else set())
    assert Headcount.objects.approved().count() == 2 * may


@pytest.mark.parametrize("role", ["anonymous", "stranger", "facilitator"])
def test_rejecting_and_correcting_are_for_coordinators(cast, leader, role):
    handed_over(leader)
    count = Headcount.objects.get()

    cast[role].post(decide(count, "reject"), {"why": "Nej."})
    cast[role].post(decide(count, "correct"), {"present": "1", "why": "Nej."})

    assert list(Headcount.objects.values_list("present", "verdict")) == [(24, "")]


@pytest.mark.parametrize("address", [APPROVE, "/manage/headcounts/1/approve/"])
def test_looking_at_a_button_is_refused(karen, address):
    assert karen.get(address).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/manage/sessions/999999/",
        "/manage/sessions/99999999999999999999/",
        "/manage/sessions/-1/",
        "/manage/sessions/abc/",
        "/manage/headcounts/999999/reject/",
        "/manage/headcounts/999999/correct/",
        "/manage/sessions/999999/count/",
    ],
)
def test_what_is_not_there(karen, address):
    assert karen.get(address).status_code == 404


def test_approving_a_count_that_is_not_there(karen):
    assert karen.post("/manage/headcounts/999999/approve/").status_code == 404


# --- the list ----------------------------------------------------------------------------------


def one_of_each(leader):
    """A session for each tab."""
    approval = handed_over(leader)
    missing = begun(leader, starts=ago(days=2))
    deciding = create_session(workshop=create_workshop(needs_approval=True), leader=leader)
    create_booking(session=deciding, state=BookingState.PENDING, expires_at=deciding.starts)
    done = handed_over(leader)
    attendance.approve(done, by=create_user(role="coordinator"))
    draft = create_session(state=Session.State.DRAFT)
    cancelled = begun(leader, booked=(), state=Session.State.CANCELLED)
    return approval, missing, deciding, done, draft, cancelled


def test_each_tab_holds_what_it_says(karen, leader):
    approval, missing, deciding, done, draft, cancelled = one_of_each(leader)
    create_session(state=Session.State.WITHDRAWN)

    answers = {name: karen.get(LIST, {"needs": name}) for name in TABS}

    assert {name: set(listed(answer)) for name, answer in answers.items()} == {
        "approval": {approval},
        "counts": {missing},
        "bookings": {deciding},
        "upcoming": {deciding},
        "all": {approval, missing, deciding, done, draft, cancelled},
    }
    numbers = {"approval": 1, "counts": 1, "bookings": 1, "upcoming": 1, "all": 6}
    assert [tabs(answer) for answer in answers.values()] == [numbers] * 5


TABS = ("approval", "counts", "bookings", "upcoming", "all")


@pytest.mark.parametrize("needs", ["", "nonsense", "-1", "999999"])
def test_unknown_tab_is_the_first(karen, leader, needs):
    session = handed_over(leader)

    answer = karen.get(LIST, {"needs": needs})

    assert listed(answer) == [session]
    assert 'href="?needs=approval" aria-current="page"' in words(answer)


@pytest.mark.parametrize("needs", TABS)
def test_empty_tab_says_so(karen, needs):
    answer = karen.get(LIST, {"needs": needs})

    assert answer.status_code == 200
    assert 'class="fm-empty"' in words(answer)
    assert "Approve the ticked" not in words(answer)


@pytest.mark.parametrize(
    ("register", "counts", "waits"),
    [
        ({"state": "submitted"}, [{}], True),
        ({"state": "submitted"}, [], True),
        ({"state": "submitted", "imported": True}, [], False),
        ({"state": "submitted", "imported": True}, [{"imported": True}], True),
        ({"state": "in_progress"}, [{}], False),
        ({"state": "approved"}, [{"approved": True}], False),
        ({"state": "approved"}, [{"approved": True}, {}], True),
        ({"state": "approved"}, [{"approved": True}, {"rejected": True}], False),
        ({"state": "submitted"}, [{"rejected": True}], False),
    ],
)
def test_what_waits_for_approval(karen, leader, register, counts, waits):
    session = begun(leader)
    batch, other = create_batch(), create_user(role="coordinator")
    imported = register.pop("imported", False)
    is_approved = register["state"] == "approved"
    create_register(
        session=session,
        **register,
        batch=batch if imported else None,
        submitted_by=None if imported else leader,
        approved_by=other if is_approved else None,
    )
    for count in counts:
        create_headcount(
            party=parties(session)[0],
            recorded_by=leader,
            batch=batch if count.get("imported") else None,
            approved=count.get("approved", False),
            rejected_by=other if count.get("rejected") else None,
        )

    assert (session in listed(karen.get(LIST))) is waits


def test_rejected_count_is_missing_again(karen, leader):
    session = handed_over(leader)
    attendance.reject(Headcount.objects.get(), by=karen.user, why="Se igen.")
    Session.objects.filter(pk=session.pk).update(ends=ago(hours=1))

    assert listed(karen.get(LIST, {"needs": "counts"})) == [session]
    assert listed(karen.get(LIST)) == []


@time_machine.travel(local(2026, 3, 10, 12), tick=False)
def test_old_missing_counts_are_marked(karen, leader):
    for day in (6, 8, 10):
        begun(leader, starts=local(2026, 3, day, 8))

    answer = karen.get(LIST, {"needs": "counts"})

    assert [row.late for row in answer.context["rows"]] == ["72", "24", ""]
    assert "Missing for more than 72 hours" in words(answer)


@time_machine.travel(local(2026, 3, 10, 12), tick=False)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"a", "b", "c"}),
        ({"workshop": "a"}, {"a"}),
        ({"leader": "user"}, {"a"}),
        ({"leader": "deliverer"}, {"b"}),
        ({"school": "VALBY"}, {"b"}),
        ({"school": "123456"}, {"b"}),
        ({"school": "  vester "}, {"c"}),
        ({"since": "2026-03-04"}, {"b", "c"}),
        ({"until": "2026-03-04"}, {"a", "b"}),
        ({"since": "2026-03-04", "until": "2026-03-04"}, {"b"}),
        ({"until": "9999-12-31"}, {"a", "b", "c"}),
        ({"school": "valby", "workshop": "a"}, set()),
    ],
)
def test_filters(karen, leader, asked, found):
    deliverer = create_deliverer(title="Huset")
    sessions = {
        "a": handed_over(leader, starts=local(2026, 3, 3, 23)),
        "b": begun(None, booked=(), starts=local(2026, 3, 4, 0)),
        "c": handed_over(create_user(role="facilitator"), starts=local(2026, 3, 5)),
    }
    Session.objects.filter(pk=sessions["b"].pk).update(deliverer=deliverer)
    valby = create_school(number="123456", name="Valby Skole")
    create_booking(session=sessions["b"], school=valby)
    create_register(session=sessions["b"], submitted_by=leader)
    Session.objects.filter(pk=sessions["c"].pk).update(school=create_school(name="Vester Skole"))
    values = {
        ("workshop", "a"): sessions["a"].workshop_id,
        ("leader", "user"): f"user-{leader.pk}",
        ("leader", "deliverer"): f"deliverer-{deliverer.pk}",
    }
    query = {name: values.get((name, value), value) for name, value in asked.items()}

    answer = karen.get(LIST, query)

    assert set(listed(answer)) == {sessions[name] for name in found}
    assert tabs(answer)["approval"] == len(found)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("workshop", "abc", "Choose a workshop from the list."),
        ("workshop", "-1", "Choose a workshop from the list."),
        ("workshop", "999999", "Choose a workshop from the list."),
        ("leader", "user-999999", "Choose who leads it from the list."),
        ("leader", "user-abc", "Choose who leads it from the list."),
        ("since", "i morgen", "From date is not a date."),
        ("until", "2026-13-45", "To and including is not a date."),
        ("page", "abc", ""),
        ("page", "-1", ""),
        ("page", "999999", ""),
    ],
)
def test_rubbish_narrows_nothing_and_says_so(karen, leader, name, value, message):
    session = handed_over(leader)

    answer = karen.get(LIST, {name: value})

    assert answer.status_code == 200
    assert listed(answer) == [session]
    assert message in words(answer)


def test_pages_keep_the_filters(karen, leader):
    workshop = create_workshop()
    for _number in range(26):
        create_session(workshop=workshop, leader=leader)
    asked = {"needs": "upcoming", "workshop": workshop.pk}

    first, second = karen.get(LIST, asked), karen.get(LIST, asked | {"page": "2"})

    assert (len(listed(first)), len(listed(second))) == (25, 1)
    next_page = f'href="?needs=upcoming&amp;workshop={workshop.pk}&amp;page=2"'
    assert next_page in words(first)
    assert "Page 2 of 2" in words(second)


def test_text_of_a_filter_is_shown_as_text(karen):
    answer = karen.get(LIST, {"school": '"><script>x'})

    assert "<script>x" not in words(answer)


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("needs", ["approval", "all"])
def test_list_costs_the_same_with_1_and_30(karen, leader, number, needs, django_assert_num_queries):
    for _number in range(number):
        handed_over(leader, booked=(10, 12), present=(9, 12))
    karen.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        answer = karen.get(LIST, {"needs": needs})

    assert len(listed(answer)) == min(number, 25)


LIST_QUERIES = 14


# --- what is ticked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "warning"),
    [
        (24, ""),
        (20, ""),
        (19, "Far from the number booked"),
        (28, ""),
        (29, "Far from the number booked"),
        (0, "Far from the number booked"),
    ],
)
def test_far_from_booked_is_not_ticked(karen, leader, present, warning):
    session = handed_over(leader, present=(present,))

    answer = karen.get(LIST)

    row = answer.context["rows"][0]
    assert [str(each) for each in row.counts.warnings] == [warning] * bool(warning)
    assert row.is_chosen is not bool(warning)
    ticked = f'value="{box(session)}" checked' in words(answer)
    assert ticked is not bool(warning)


def test_no_show_is_not_ticked(karen, leader):
    session = begun(leader)
    attendance.record(parties(session)[0], present=0, outcome="no_show", why="illness", by=leader)
    attendance.submit(session, held=True, by=leader)

    row = karen.get(LIST).context["rows"][0]

    assert [str(each) for each in row.counts.warnings] == ["No-show"]
    assert (row.may_choose, row.is_chosen) == (True, False)


def test_not_held_with_somebody_counted_is_not_ticked(karen, leader):
    handed_over(leader, held=False)

    row = karen.get(LIST).context["rows"][0]

    assert [str(each) for each in row.counts.warnings] == ["Not held, and yet somebody was counted"]


@pytest.mark.parametrize("own", ["count", "register"])
def test_own_counts_cannot_be_ticked_and_say_why(karen, leader, own):
    session = begun(karen.user)
    counter, giver = (karen.user, leader) if own == "count" else (leader, karen.user)
    create_headcount(party=parties(session)[0], present=24, recorded_by=counter)
    create_register(session=session, submitted_by=giver)

    answer = karen.get(LIST)

    assert listed(answer) == [session]
    assert 'type="checkbox"' not in words(answer).split("fm-session-rows")[1]
    assert "Your own counts: somebody else approves them." in words(answer)


# --- approving many ----------------------------------------------------------------------------


def test_many_are_approved_at_once(karen, leader):
    sessions = [handed_over(leader) for _number in range(3)]

    answer = karen.post(
        APPROVE, {"session": [box(each) for each in sessions[:2]], "needs": "approval"}
    )

    assert (answer.status_code, answer.url) == (302, f"{LIST}?needs=approval")
    assert said(answer) == ["2 sessions are approved."]
    assert approved() == {each.pk for each in sessions[:2]}
    assert listed(karen.get(LIST)) == sessions[2:]


def test_refused_ones_are_told_with_the_reason(karen, leader):
    good, own, draft = handed_over(leader), handed_over(karen.user), begun(leader)

    answer = karen.post(APPROVE, {"session": [box(good), box(own), box(draft)]})

    assert approved() == {good.pk}
    told = said(answer)
    assert told[0] == "1 session is approved."
    assert set(told[1:]) == {
        f"{own} is not approved. Somebody else must approve your own count.",
        f"{draft} is not approved. The register has not been handed over yet."
        " Ask who led the session.",
    }


def test_nobody_approves_what_they_have_not_seen(karen, leader):
    session = handed_over(leader, present=(20,))
    seen = box(session)
    attendance.record(parties(session)[0], present=2, by=leader)

    answer = karen.post(APPROVE, {"session": seen})

    assert approved() == set()
    assert said(answer) == [
        f"{session} is not approved. Somebody has counted again since you looked."
        " Look again, then approve."
    ]
    karen.post(APPROVE, {"session": box(session)})
    assert approved() == {session.pk}


def test_approving_twice_changes_nothing(karen, leader):
    session = handed_over(leader)

    for _time in range(2):
        karen.post(APPROVE, {"session": box(session)})

    assert Headcount.objects.approved().count() == 1
    assert Register.objects.get().approved_by == karen.user


@pytest.mark.parametrize(
    "value", ["", "abc", "1", "1:", ":1", "-1:0", "999999:0", "1:2:3", "9" * 30 + ":1", "²:1"]
)
def test_ticks_that_are_none(karen, leader, value):
    handed_over(leader)

    answer = karen.post(APPROVE, {"session": value, "back": value})

    assert said(answer) == ["Nothing was approved: tick at least one session."]
    assert answer.status_code == 302
    assert approved() == set()


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example/", "x\r\nSet-Cookie: a=b"]
)
def test_answer_never_leads_elsewhere(karen, evil):
    answer = karen.post(APPROVE, {"needs": evil, "next": evil, "back": evil, "school": evil})

    assert answer.url.startswith(f"{LIST}?")
    assert "\n" not in answer.url


# --- one session -------------------------------------------------------------------------------


def test_page_shows_particulars_bookings_and_counts(karen, leader):
    session = handed_over(leader, present=(23,))
    booking = session.bookings.get()
    reachable(booking, name="Jens Holm", mobile="20112233", email="jens@example.org")

    shown = words(karen.get(page_of(session)))

    for part in (
        booking.reference,
        "Jens Holm",
        'href="tel:20112233"',
        "jens@example.org",
        "Anna",
        "24 booked",
        "<strong>23</strong>",
        "The session was held.",
        "Handed over by Anna.",
        "Approve the counts",
        "Reject the count",
    ):
        assert part in shown
    assert "Correct the count" not in shown


def test_booking_replaced_by_an_import_is_not_shown(karen, leader):
    session = begun(leader)
    gone = session.bookings.get()
    type(gone).objects.filter(pk=gone.pk).update(
        state="cancelled", over_at=timezone.now(), over_reason="superseded"
    )

    assert gone.reference not in words(karen.get(page_of(session)))


def test_counts_are_approved_from_the_page(karen, leader):
    session = handed_over(leader)

    answer = karen.post(APPROVE, {"session": box(session), "back": session.pk})

    assert (answer.status_code, answer.url) == (302, page_of(session))
    shown = words(karen.get(page_of(session)))
    assert "Approved by Karen." in shown
    assert "Approve the counts" not in shown
    assert "Correct the count" in shown


def test_own_counts_have_no_button_and_are_refused_anyway(karen):
    session = handed_over(karen.user)
    count = Headcount.objects.get()

    shown = words(karen.get(page_of(session)))
    answers = [
        karen.post(APPROVE, {"session": box(session), "back": session.pk}),
        karen.post(decide(count, "approve")),
    ]
    rejected = karen.post(decide(count, "reject"), {"why": "Nej."})

    assert "You counted this yourself, or handed it over: somebody else must approve it." in shown
    assert "Your own count: somebody else must approve it." in shown
    assert "Approve the counts" not in shown
    assert "Reject the count" not in shown
    assert "Somebody else must approve your own count." in said(answers[1])
    assert rejected.status_code == 422
    assert "Somebody else must approve your own count." in words(rejected)
    assert (approved(), Headcount.objects.undecided().count()) == (set(), 1)


def test_own_register_of_counts_by_another_is_refused(karen, leader):
    session = begun(leader)
    attendance.record(parties(session)[0], present=24, by=leader)
    attendance.submit(session, held=True, by=karen.user)

    answer = karen.post(APPROVE, {"session": box(session)})

    assert "Somebody else must approve the register that you handed over." in said(answer)[0]
    assert "Approve the counts" not in words(karen.get(page_of(session)))


@pytest.mark.parametrize("number", [1, 30])
def test_page_costs_the_same_with_1_and_30(karen, leader, number, django_assert_num_queries):
    session = handed_over(leader, booked=(5,) * number, present=(5,) * number)
    karen.get(page_of(session))

    with django_assert_num_queries(PAGE_QUERIES):
        karen.get(page_of(session))


PAGE_QUERIES = 12


# --- rejecting ---------------------------------------------------------------------------------


def test_count_is_rejected_with_a_reason(karen, leader):
    session = handed_over(leader)
    count = Headcount.objects.get()

    answer = karen.post(decide(count, "reject"), {"why": " Læreren siger 20. "})

    count.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, page_of(session))
    assert said(answer) == ["The count is rejected. It is to be counted again."]
    assert (count.verdict, count.verdict_why, count.decided_by) == (
        "rejected",
        "Læreren siger 20.",
        karen.user,
    )
    assert "Læreren siger 20." in words(karen.get(page_of(session)))


@pytest.mark.parametrize(
    ("why", "message"),
    [
        ("", "The reason is missing: write in a sentence why."),
        ("   ", "The reason is missing: write in a sentence why."),
        ("x" * 201, "The reason is too long: write at most 200 characters."),
        ("Elev 010203-1234", "The field reason looks like a CPR number: remove it."),
        ("a\x07b", "The field reason has signs that cannot be shown: write it anew."),
    ],
)
def test_reason_that_is_refused(karen, leader, why, message):
    handed_over(leader)
    count = Headcount.objects.get()

    answer = karen.post(decide(count, "reject"), {"why": why})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"why": [message]}
    assert Headcount.objects.undecided().count() == 1


def test_rejected_correction_lets_the_approved_count_stand(karen, leader, done):
    attendance.correct(done.party, present=7, why="Talt om.", by=leader)

    answer = karen.post(decide(Headcount.objects.latest("pk"), "reject"), {"why": "Nej."})

    assert said(answer) == ["The count is rejected. The one before it stands again."]


def test_rejecting_twice_and_approving_after(karen, leader):
    handed_over(leader)
    count = Headcount.objects.get()
    for _time in range(2):
        karen.post(decide(count, "reject"), {"why": "Nej."})

    answer = karen.post(decide(count, "approve"))

    assert said(answer)[-1] == "This count was rejected already. Count anew instead."
    assert Headcount.objects.get().verdict == "rejected"


# --- correcting --------------------------------------------------------------------------------


@pytest.fixture
def done(karen, leader):
    """An approved count."""
    session = handed_over(leader, present=(20,))
    attendance.approve(session, by=create_user(role="coordinator"))
    return Headcount.objects.get()


def test_correction_waits_and_the_approved_one_stands(karen, done):
    session = done.party.session

    answer = karen.post(decide(done, "correct"), {"present": "22", "adults": "1", "why": "Glemt."})

    assert (answer.status_code, answer.url) == (302, page_of(session))
    assert said(answer) == ["The correction waits for somebody else to approve it."]
    assert list(Headcount.objects.order_by("pk").values_list("present", "verdict", "why")) == [
        (20, "approved", ""),
        (22, "", "Glemt."),
    ]
    shown = words(karen.get(page_of(session)))
    assert "20 is approved, and stands until the correction is." in shown
    assert "Glemt." in shown
    assert "Approve the correction" not in shown


def test_correction_is_approved_by_another(karen, done):
    karen.post(decide(done, "correct"), {"present": "22", "why": "Glemt."})
    correction, other = Headcount.objects.last(), browser("coordinator")
    session = done.party.session

    shown = words(other.get(page_of(session)))
    answer = other.post(decide(correction, "approve"))

    assert "Approve the counts" in shown
    assert listed(other.get(LIST, {"needs": "approval"})) == []
    assert said(answer)[0] == "The count is approved."
    correction.refresh_from_db()
    assert (correction.verdict, correction.decided_by) == ("approved", other.user)


def test_one_of_two_corrections_is_approved_by_itself(karen, leader):
    session = handed_over(leader, booked=(24, 20), present=(24, 20))
    attendance.approve(session, by=create_user(role="coordinator"))
    for count in Headcount.objects.order_by("pk"):
        attendance.correct(count.party, present=19, why="Talt igen.", by=leader)
    first, second = Headcount.objects.undecided().order_by("pk")

    shown = words(karen.get(page_of(session)))
    karen.post(decide(first, "approve"))

    assert shown.count("Approve the correction") == 2
    assert list(Headcount.objects.undecided()) == [second]


def test_own_correction_does_not_hide_the_button_of_another(karen, leader):
    session = handed_over(leader, booked=(24, 20), present=(24, 20))
    attendance.approve(session, by=create_user(role="coordinator"))
    for count, by in zip(Headcount.objects.order_by("pk"), (karen.user, leader), strict=True):
        attendance.correct(count.party, present=19, why="Talt igen.", by=by)

    shown = words(karen.get(page_of(session)))

    assert shown.count("Approve the correction") == 1
    assert shown.count("Your own count: somebody else must approve it.") == 1
    assert "Approve the counts" not in shown


def test_correction_to_a_no_show(karen, done):
    karen.post(decide(done, "correct"), {"no_show": "on", "why": "Forkert hold talt."})

    correction = Headcount.objects.last()
    assert (correction.present, correction.outcome) == (0, "no_show")


def test_double_submit_corrects_once(karen, done):
    key = karen.get(decide(done, "correct")).context["form"]["client_id"].value()

    for _time in range(2):
        karen.post(
            decide(done, "correct"), {"present": "22", "why": "Glemt.", "client_id": str(key)}
        )

    assert Headcount.objects.count() == 2


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, {"why"}),
        ({"present": "22"}, {"why"}),
        ({"why": "Glemt."}, {"present"}),
        ({"present": "abc", "why": "Glemt."}, {"present"}),
        ({"present": "-1", "why": "Glemt."}, {"present"}),
        ({"present": "999999", "why": "Glemt."}, {"present"}),
        ({"present": "22", "adults": "51", "why": "Glemt."}, {"adults"}),
        ({"present": "22", "no_show": "on", "why": "Glemt."}, {"present"}),
        ({"present": "22", "why": "010203-1234"}, {"why"}),
    ],
)
def test_correction_that_is_refused(karen, done, sent, fields):
    answer = karen.post(decide(done, "correct"), sent)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == fields
    assert Headcount.objects.count() == 1


def test_count_that_is_not_approved_has_nothing_to_correct(karen, leader):
    handed_over(leader)

    answer = karen.post(decide(Headcount.objects.get(), "correct"), {"present": "2", "why": "Nej."})

    assert answer.status_code == 422
    assert "No count of this party is approved yet." in words(answer)


def test_evening_is_corrected_without_adults(karen, leader):
    session = evening(leader)
    attendance.record(attendance.crowd(session), present=3, by=leader)
    attendance.submit(session, held=True, by=leader)
    attendance.approve(session, by=create_user(role="coordinator"))

    form = karen.get(decide(Headcount.objects.get(), "correct")).context["form"]

    assert list(form.fields) == ["present", "why", "client_id"]


# --- counting in the place of who leads --------------------------------------------------------


def test_coordinator_counts_in_their_place_and_another_approves(karen, leader):
    session = begun(leader, starts=ago(days=4))
    sent = typed(parties(session)[0], present=24) | {"held": "yes"}

    offered = words(karen.get(page_of(session)))
    answer = karen.post(submit_page(session, "manage:register-submit"), sent)

    page = count_page(session, "manage:session-count")
    assert f'href="{page}"' in offered
    assert (answer.status_code, answer.url) == (302, page)
    assert reverse("manage:session", args=[session.pk]) in words(karen.get(page))
    assert Headcount.objects.get().recorded_by == karen.user
    karen.post(APPROVE, {"session": box(session)})
    assert approved() == set()
    browser("manager").post(APPROVE, {"session": box(session)})
    assert approved() == {session.pk}
