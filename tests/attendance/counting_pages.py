"""What tests of the pages for counting and approving share: addresses, forms, what is listed."""

from attendance.actions import headcounts, registers
from attendance.models import Headcount, Register
from tests.attendance.counted import begun, parties


def counted():
    return [
        (count.present, count.adults, count.outcome, count.why)
        for count in Headcount.objects.order_by("pk")
    ]


def rows(answer, part):
    return [row.counts.session for row in getattr(answer.context["mine"], part)]


def page_of(session):
    return f"/manage/sessions/{session.pk}/"


def decide(headcount, verb):
    return f"/manage/headcounts/{headcount.pk}/{verb}/"


def handed_over(leader, *, present=(24,), booked=(24,), held=True, **fields):
    """A session that *leader* has counted and handed over."""
    session = begun(leader, booked=booked, **fields)
    for party, number in zip(parties(session), present, strict=True):
        headcounts.record(party, present=number, by=leader)
    registers.submit(session, held=held, by=leader)
    return session


def box(session):
    latest = Headcount.objects.filter(party__session=session).order_by("-pk").first()
    register = Register.objects.filter(session=session).first()
    return f"{session.pk}:{latest.pk if latest else 0}:{register and register.held}"


def listed(answer):
    return [row.counts.session for row in answer.context["rows"]]


def approved():
    return set(
        Register.objects.filter(state=Register.State.APPROVED).values_list("session_id", flat=True)
    )
