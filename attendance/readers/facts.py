"""What a row of past registrations says, and what all rows of a session must agree on."""

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from workshops.folding import fold_label, fold_title

HELD, CANCELLED, NO_SHOW, MOVED = "afholdt", "aflyst", "udeblivelse", "flyttet"
STATUSES = (HELD, CANCELLED, NO_SHOW, MOVED)
PUPILS = "elever"
AUDIENCES = (PUPILS, "forældre", "fagpersoner")


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What all rows of a session must agree on."""

    plan: str
    workshop: str
    audience: str
    starts: datetime.datetime
    ends: datetime.datetime
    deliverer: str

    @property
    def compared(self) -> tuple[object, ...]:
        """The facts as they are compared: the workshop by its folded title."""
        rest = (self.plan, self.audience, self.starts, self.ends, self.deliverer)
        return (fold_title(self.workshop), *rest)


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One row that stands; `number` is the sheet's row. Blank texts are "", blank numbers None."""

    number: int
    nr: str
    session: str
    facts: SessionFacts
    status: str
    course: str
    school: str
    grade: int | None
    label: str
    booked: int
    present: int | None
    adults: int | None
    approved: datetime.date | None

    @property
    def is_class(self) -> bool:
        """Whether the party is a class of pupils; the others are anonymous totals."""
        return self.facts.audience == PUPILS

    @property
    def folded_label(self) -> str:
        return fold_label(self.label)

    @property
    def digest(self) -> str:
        """The fingerprint of what the row says: equal for equal rows, wherever they stand."""
        said: list[Any] = [self.nr, self.session, *self.facts.compared, self.status, self.course]
        said += [self.school, self.grade, self.label, self.booked, self.present, self.adults]
        text = json.dumps([*said, self.approved], ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
