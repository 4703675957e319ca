"""Who a booking is for, as it is asked for: shapes, what is refused in them, and their rows."""

import datetime
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from booking import appointments
from booking.actions import retention, seats
from booking.models import Booking, Contact, Course, JobGroup, Need, NeedCode, Party
from workshops import telephones, texts
from workshops.folding import fold_label
from workshops.models import Audience, School, SchoolVersion, Session
from workshops.prepared import A_DAY, A_KEY, Prepared

MOST_ADULTS = 50  # with one class
MOST_GRADE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassParty:
    """A class with its pupils; the adults with it take no seats."""

    school: School
    label: str
    seats: int
    adults: int | None = None
    grade: int | None = None
    course: Course | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonParty:
    """The person who books, with the seats they take."""

    seats: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """Who books, where they are met, and what they need: the personal data of a booking."""

    name: str
    email: str
    mobile: str = ""
    meeting_place: str = ""
    workplace: str = ""
    job_group: str = ""
    needs: tuple[str, ...] = ()
    equipment_confirmed: bool = False


def check(session: Session, parties: Sequence[ClassParty | PersonParty]) -> None:
    """Refuse parties that this session can never have; reads no table.

    Codes: ``party_missing``, ``wrong_party``, ``seats_out_of_range``, ``adults_out_of_range``,
    ``grade_out_of_range``, ``class_already_booked`` (the same label twice in one booking),
    ``value_missing`` and the others of `texts.understood` for the label.
    """
    if not parties:
        message = _("The booking is for nobody: name at least one class or person.")
        raise ValidationError(message, code="party_missing")
    kind = ClassParty if session.audience == Audience.PUPILS else PersonParty
    if not all(isinstance(party, kind) for party in parties):
        raise ValidationError(_WRONG[kind], code="wrong_party")
    if kind is PersonParty and len(parties) > 1:
        raise ValidationError(_WRONG[kind], code="wrong_party")
    classes = [party for party in parties if isinstance(party, ClassParty)]
    for party in classes:
        _check_class(party)
    if len({(party.school.pk, fold_label(party.label)) for party in classes}) < len(classes):
        message = _("The same class stands twice in this booking. Remove one of them.")
        raise ValidationError(message, code="class_already_booked")
    seats.check_number(min(party.seats for party in parties))
    seats.check_number(sum(party.seats for party in parties))


_WRONG = {
    ClassParty: _("This session is for school classes: choose a school and a class."),
    PersonParty: _("This session is for adults: one person signs up, with the seats they need."),
}


def _check_class(party: ClassParty) -> None:
    label = texts.understood(party.label, name=_("class"), longest=40)
    if not fold_label(label):
        message = _("The class is only dots and spaces: write it as the school does, such as 7.B.")
        raise ValidationError(message, code="value_missing")
    check_adults(party.adults)
    if not 0 <= (party.grade or 0) <= MOST_GRADE:
        message = _("The grade is %(grade)s: write a number from 0 to %(most)s.")
        params = {"grade": party.grade, "most": MOST_GRADE}
        raise ValidationError(message, code="grade_out_of_range", params=params)


def check_adults(adults: int | None) -> None:
    """Refuse a number of adults that no class has with it: ``adults_out_of_range``."""
    if not 0 <= (adults or 0) <= MOST_ADULTS:
        message = _("The number of adults is %(adults)s: write a number from 0 to %(most)s.")
        params = {"adults": adults, "most": MOST_ADULTS}
        raise ValidationError(message, code="adults_out_of_range", params=params)


_BOOKABLE = Prepared(
    lambda school, day: SchoolVersion.objects.filter(
        school__in=School.objects.open_on(day).filter(pk=school, is_school=True)
    ),
    school=A_KEY,
    day=A_DAY,
)


def check_schools(schools: Collection[int], *, day: datetime.date) -> dict[int, SchoolVersion]:
    """Return what the register says of these schools (primary keys) on *day*, by key.

    One query for each, and it is nearly always one. Refuses those that cannot be booked for on that
    day (closed, merged): ``school_closed``.
    """
    asked = set(schools)
    versions = [row for school in asked for row in _BOOKABLE.rows(school=school, day=day)]
    found = appointments.in_force(versions, day=day)
    if len(found) < len(asked):
        message = _("This school is closed on the day of the session. Choose another school.")
        raise ValidationError(message, code="school_closed")
    return found


def check_booker(booker: Booker) -> Booker:
    """Return the booker with tidy texts; refuse what cannot be one.

    Codes: ``email_invalid``, ``choice_unknown``, those of `texts.understood` and of
    `telephones.understood`.
    """
    name = texts.understood(booker.name, name=_("name"), longest=120)
    mobile = telephones.understood(booker.mobile, name=_("mobile"))
    email = texts.understood(booker.email, name=_("e-mail"), longest=254)
    try:
        validate_email(email)
    except ValidationError as error:
        message = _("The e-mail address is not one: write it as name@example.org.")
        raise ValidationError(message, code="email_invalid") from error
    if booker.job_group not in {"", *JobGroup.values} or set(booker.needs) - set(NeedCode.values):
        message = _("Choose the job group and the practical needs from the lists.")
        raise ValidationError(message, code="choice_unknown")
    return replace(
        booker,
        name=name,
        email=email,
        mobile=mobile,
        meeting_place=texts.understood(
            booker.meeting_place, name=_("room or meeting place"), longest=120, required=False
        ),
        workplace=texts.understood(
            booker.workplace, name=_("workplace"), longest=120, required=False
        ),
        needs=tuple(sorted(set(booker.needs))),
    )


def person_key(email: str) -> str:
    """Return the keyed hash of a folded address: the same person, known without the address."""
    folded = unicodedata.normalize("NFC", email).strip().casefold()
    return salted_hmac("booking.person", folded, algorithm="sha256").hexdigest()


def save(
    booking: Booking,
    parties: Sequence[ClassParty | PersonParty],
    *,
    booker: Booker,
) -> None:
    """Write the Party rows of a new booking and its Contact, deleted as `retention` says."""
    day = booking.session.local_date
    Party.objects.bulk_create(_row(booking, party, booker=booker) for party in parties)
    Contact.objects.create(
        booking=booking,
        name=booker.name,
        email=booker.email,
        mobile=booker.mobile,
        meeting_place=booker.meeting_place,
        workplace=booker.workplace,
        job_group=booker.job_group,
        expires_on=retention.contact_until(day),
    )
    if booker.needs:
        gone = retention.needs_until(day)
        Need.objects.bulk_create(
            Need(booking=booking, code=code, expires_on=gone) for code in booker.needs
        )


def _row(booking: Booking, party: ClassParty | PersonParty, *, booker: Booker) -> Party:
    row = Party(booking=booking, session=booking.session, seats=party.seats)
    if isinstance(party, ClassParty):
        row.kind, row.school, row.course = Party.Kind.CLASS, party.school, party.course
        row.label = texts.tidy(party.label)
        row.folded_label = fold_label(party.label)
        row.adults, row.grade = party.adults, party.grade
    else:
        row.kind, row.person_key = Party.Kind.PERSON, person_key(booker.email)
    return row
