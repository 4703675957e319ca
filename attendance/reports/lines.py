"""What has been counted of a party and of a session, and what speaks against approving it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from attendance.models import Headcount, Register
from booking.models import Booking, Party
from workshops import places
from workshops.models import Session, User

FAR_FROM_BOOKED = 0.2


@dataclass(frozen=True)
class Line:
    """One party with every count of it, the latest first; no party: everybody at an evening."""

    party: Party | None
    booked: int
    history: tuple[Headcount, ...] = ()
    school: str | Promise = ""

    @property
    def key(self) -> str:
        """What its fields are called in a form."""
        return f"party-{self.party.pk}" if self.party and self.booking else "everyone"

    @property
    def booking(self) -> Booking | None:
        return self.party.booking if self.party else None

    @property
    def title(self) -> str | Promise:
        """A class by its school and name; otherwise everybody present."""
        if self.party is None or self.party.kind != Party.Kind.CLASS:
            return _("Everyone present")
        return f"{self.party.label}, {self.school}"

    @property
    def is_class(self) -> bool:
        return self.party is not None and self.party.kind == Party.Kind.CLASS

    @cached_property
    def current(self) -> Headcount | None:
        """The count in force: the latest that is not rejected."""
        rejected = Headcount.Verdict.REJECTED
        return next((count for count in self.history if count.verdict != rejected), None)

    @cached_property
    def approved(self) -> Headcount | None:
        """The count that stands in the figures: the latest approved one."""
        approved = Headcount.Verdict.APPROVED
        return next((count for count in self.history if count.verdict == approved), None)

    @property
    def awaiting(self) -> Headcount | None:
        """The count in force where nobody has decided it yet; see HeadcountQuerySet.awaiting."""
        return self.current if self.current and not self.current.verdict else None

    @property
    def is_rejected(self) -> bool:
        """Whether it was counted, and nothing of that stands."""
        return bool(self.history) and self.current is None

    @property
    def is_far_off(self) -> bool:
        """Whether the count is more than a fifth away from what was booked."""
        if self.current is None or self.current.outcome == Headcount.Outcome.NO_SHOW:
            return False
        return abs(self.current.present - self.booked) > FAR_FROM_BOOKED * self.booked


@dataclass(frozen=True)
class SessionCounts:
    """One session with its register and its lines."""

    session: Session
    school: str | Promise
    register: Register | None
    lines: tuple[Line, ...]
    booked: int
    bookings: tuple[Booking, ...] = ()  # those that hold seats

    @property
    def place(self) -> str:
        """Where it is held, as staff say it."""
        session = self.session
        at = session.venue.name if session.venue else str(self.school)
        return places.told(at, session.room, session.audience, to_staff=True)

    @property
    def needs(self) -> list[tuple[str, int]]:
        """What is needed, and by how many bookings. A query for each without `with_needs`."""
        return sorted(
            Counter(str(need) for row in self.bookings for need in row.needs.all()).items()
        )

    @property
    def is_submitted(self) -> bool:
        return self.register is not None and self.register.state != Register.State.IN_PROGRESS

    @property
    def is_approved(self) -> bool:
        return self.register is not None and self.register.state == Register.State.APPROVED

    @property
    def counted(self) -> bool:
        """Whether anything is registered."""
        return any(line.current for line in self.lines)

    @property
    def all_counted(self) -> bool:
        return bool(self.lines) and all(line.current for line in self.lines)

    @property
    def present(self) -> int | None:
        """How many came, as registered; None when nothing is (product.md, three zeros)."""
        return (
            sum(line.current.present for line in self.lines if line.current)
            if self.counted
            else None
        )

    @property
    def awaiting(self) -> list[Headcount]:
        return [line.awaiting for line in self.lines if line.awaiting]

    @property
    def latest(self) -> int:
        """The key of the latest count, so that nobody approves what they have not seen."""
        return max((count.pk for line in self.lines for count in line.history), default=0)

    @property
    def counters(self) -> list[User]:
        """Who has counted what is in force, each once."""
        found = {}
        for line in self.lines:
            if line.current and line.current.recorded_by:
                found[line.current.recorded_by_id] = line.current.recorded_by
        return list(found.values())

    def is_own(self, user: User) -> bool:
        """Whether *user* made something here that waits for somebody else's approval."""
        handed_over = (
            self.register is not None
            and self.register.state == Register.State.SUBMITTED
            and self.register.submitted_by_id == user.pk
        )
        return handed_over or any(count.recorded_by_id == user.pk for count in self.awaiting)

    @property
    def warnings(self) -> list[str | Promise]:
        """What somebody should look at before approving."""
        return list(self._warnings())

    def _warnings(self) -> Iterator[str | Promise]:
        came = [line.current for line in self.lines if line.current]
        if any(count.outcome == Headcount.Outcome.NO_SHOW for count in came):
            yield _("No-show")
        if any(line.is_far_off for line in self.lines):
            yield _("Far from the number booked")
        if any(line.is_rejected for line in self.lines):
            yield _("A rejected count is not counted anew")
        if self.register and self.register.held is False:
            was_counted = any(count.present for count in came)
            yield _("Not held, and yet somebody was counted") if was_counted else _("Not held")
        if any(line.approved and line.awaiting for line in self.lines):
            yield _("Correction")
