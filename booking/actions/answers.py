"""What a form being filled in says: whose seats, who books, whom letters go to."""

import hashlib
import json
from typing import Any

from booking.actions import groups
from booking.actions import parties as people
from booking.actions.parties import Booker, ClassParty, PersonParty
from booking.actions.seats import slot
from booking.models import Draft
from workshops import grades
from workshops.folding import fold_label
from workshops.models import Audience, School, Session

Answers = dict[str, Any]
"""What is kept of a form, by audience.

All: seats. Pupils: school {pk, number, name}, classes [[label, pupils]], adults, meeting_place,
name, email, mobile, equipment_confirmed, needs. Parents: name, email, needs. Professionals:
workplace, job_group, people [[name, email]]. Pupils have besides, once they were asked and went on,
grades_accepted [label and limits].
"""
ACCEPTED = "grades_accepted"


def with_seats(answers: Answers, seats_wanted: int) -> Answers:
    """Return the answers with another number; a class that is alone gets it too.

    Several classes, or people, then want another number than is held: see `is_filled`.
    """
    classes = answers.get("classes", [])
    if len(classes) == 1:
        answers = {**answers, "classes": [[classes[0][0], seats_wanted]]}
    return {**answers, "seats": seats_wanted}


def is_filled(draft: Draft) -> bool:
    """Say whether the details have been answered, for as many as seats are asked for.

    Only then has the check page something to show.
    """
    answers: Answers = draft.answers
    wanted: int | None = answers.get("seats")
    if "people" in answers:
        return len(answers["people"]) == wanted
    if "classes" in answers:
        return bool(sum(pupils for _label, pupils in answers["classes"]) == wanted)
    return bool("email" in answers)


def shown(draft: Draft) -> str:
    """Return a fingerprint of what the check page shows: the answers, when and where."""
    answers = {name: said for name, said in draft.answers.items() if name != ACCEPTED}
    content = json.dumps([slot(draft.session), answers], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:20]


def check(session: Session, answers: Answers) -> None:
    """Refuse already here what `place` would refuse without looking at any table."""
    if session.audience == Audience.PROFESSIONALS:
        groups.check(colleagues(answers))
        return
    people.check(session, parties(session, answers))
    people.check_booker(booker(answers))


def parties(session: Session, answers: Answers) -> list[ClassParty | PersonParty]:
    """Return the parties of a form; the adults with joined classes stand with the first one."""
    if session.audience == Audience.PARENTS:
        return [PersonParty(seats=answers["seats"])]
    school = School(pk=answers["school"]["pk"], number=answers["school"]["number"])
    return [
        ClassParty(
            school=school, label=label, seats=pupils, adults=0 if place else answers["adults"]
        )
        for place, (label, pupils) in enumerate(answers["classes"])
    ]


def booker(answers: Answers) -> Booker:
    return Booker(
        name=answers["name"],
        email=answers["email"],
        mobile=answers.get("mobile", ""),
        meeting_place=answers.get("meeting_place", ""),
        needs=tuple(answers.get("needs", ())),
        equipment_confirmed=answers.get("equipment_confirmed", False),
    )


def colleagues(answers: Answers) -> list[Booker]:
    return [
        Booker(
            name=name,
            email=email,
            workplace=answers["workplace"],
            job_group=answers["job_group"],
        )
        for name, email in answers["people"]
    ]


def addresses(draft: Draft) -> list[str]:
    """Return the e-mail addresses that placing the form writes to."""
    if "people" in draft.answers:
        return [email for _name, email in draft.answers["people"]]
    return [draft.answers["email"]] if "email" in draft.answers else []


def outside_grades(draft: Draft) -> list[str]:
    """Return the classes that the workshop is not for, unless their booker has gone on with them.

    Reads no table. Nothing is refused for it; what schools call a class is a guess at its grade.
    """
    accepted = draft.answers.get(ACCEPTED, ())
    return [label for label, mark in marks(draft).items() if mark not in accepted]


def marks(draft: Draft) -> dict[str, str]:
    """Return by label what was asked about each class: itself, and the limits it is outside of."""
    workshop = draft.session.workshop
    first, last = workshop.grade_from, workshop.grade_to
    return {
        label: f"{fold_label(label)} {first} {last}"
        for label, _pupils in draft.answers.get("classes", ())
        if grades.is_outside(label, first=first, last=last)
    }
