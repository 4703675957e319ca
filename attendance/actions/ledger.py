"""Writes past registrations into the ledger: nothing is erased, a later row supersedes."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.text import slugify

from attendance.actions import rows
from attendance.actions.changes import Changes, RegisteredRow, chunks
from attendance.models import Headcount, Register
from attendance.readers.facts import HELD
from booking.models import Booking, Course, Party, Transition
from booking.states import BookingState, OverReason
from workshops.folding import fold_search, fold_title
from workshops.models import Batch, Deliverer, Plan, Session, Workshop


def write(changes: Changes, *, batch: Batch, now: datetime.datetime) -> None:
    """Write *changes* (from changes.compare, without faults) in the caller's transaction.

    In this order: plans, workshops, deliverers and courses that are not known yet; the bookings
    that are replaced are over (superseded), with a transition each; the sessions and their
    registers as their rows add up (a session left without rows is withdrawn); then bookings,
    parties, headcounts and transitions of the new rows.
    """
    named = _name_things(changes)
    _supersede(list(changes.replaced.values()), now)
    target = rows.Target(_write_sessions(changes, named, batch, now), named.courses)
    for part in chunks(changes.rows):
        rows.write(part, changes, target, batch, now)
    if changes.rows:
        _tell_the_planner()


def _tell_the_planner() -> None:
    """Let PostgreSQL know how many rows there are now: an old guess of none costs minutes."""
    if connection.vendor == "postgresql":
        models = (Session, Register, Booking, Party, Headcount)
        tables = ", ".join(model._meta.db_table for model in models)  # noqa: SLF001 - public API
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


@dataclass(frozen=True)
class _Named:
    """The rows that names and codes of the file stand for."""

    plans: dict[str, Plan]
    workshops: dict[str, Workshop]
    deliverers: dict[str, Deliverer]
    courses: dict[str, Course]


def _name_things(changes: Changes) -> _Named:
    facts = list(changes.facts.values())
    return _Named(
        plans=_by_code(Plan, {fact.plan for fact in facts}),
        workshops=_workshops(changes),
        deliverers=_by_code(Deliverer, {fact.deliverer for fact in facts} - {""}),
        courses=_by_code(Course, {row.course for row in changes.rows} - {""}),
    )


def _by_code(model: Any, codes: set[str]) -> dict[str, Any]:
    """Return code → row, making those that are not there; in the order of the codes."""
    model.objects.bulk_create([model(code=code) for code in sorted(codes)], ignore_conflicts=True)
    found: dict[str, Any] = {}
    for part in chunks(sorted(codes)):
        found |= {row.code: row for row in model.objects.filter(code__in=part)}
    return found


def _workshops(changes: Changes) -> dict[str, Workshop]:
    """Return folded title → workshop; an unknown title makes an unpublished one."""
    known = {workshop.folded_title: workshop for workshop in Workshop.objects.all()}
    slugs = {workshop.slug for workshop in known.values()}
    for fact in changes.facts.values():
        folded = fold_title(fact.workshop)
        if folded not in known:
            slug = _free_slug(fact.workshop, slugs)
            slugs.add(slug)
            known[folded] = Workshop.objects.create(
                title=fact.workshop, slug=slug, audience=fact.audience
            )
    return known


def _free_slug(title: str, taken: set[str]) -> str:
    stem = slugify(fold_search(title))[:70] or "workshop"
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _supersede(bookings: list[int], now: datetime.datetime) -> None:
    for part in chunks(bookings):
        old = Booking.objects.filter(pk__in=part)
        trail = [
            Transition(
                booking_id=pk, origin=state, target=BookingState.CANCELLED, why="import", at=now
            )
            for pk, state in old.order_by("pk").values_list("pk", "state")
        ]
        old.update(state=BookingState.CANCELLED, over_at=now, over_reason=OverReason.SUPERSEDED)
        Party.objects.filter(booking__in=part).update(live=False)
        Transition.objects.bulk_create(trail)


def _write_sessions(
    changes: Changes, named: _Named, batch: Batch, now: datetime.datetime
) -> dict[str, int]:
    """Make each touched session what its rows add up to; return reference → key."""
    touched = {*changes.facts, *changes.sessions}
    fresh: list[Session] = []
    known: list[Session] = []
    for reference in sorted(touched):
        session = changes.sessions.get(reference)
        (fresh if session is None else known).append(
            _session(session or Session(reference=reference, batch=batch), changes, named, now)
        )
    Session.objects.bulk_create(fresh, batch_size=1000)
    columns = "workshop plan audience starts ends deliverer capacity seats_taken state over_at"
    Session.objects.bulk_update(known, columns.split(), batch_size=500)
    written = [*fresh, *known]
    registers = [_register(s, changes.lines[s.reference], batch, now) for s in written]
    for part in chunks([session.pk for session in known]):
        Register.objects.filter(session__in=part).delete()
    Register.objects.bulk_create(registers, batch_size=1000)
    return {session.reference: session.pk for session in written}


def _session(session: Session, changes: Changes, named: _Named, now: datetime.datetime) -> Session:
    fact = changes.facts.get(session.reference)
    if fact is not None:
        session.plan = named.plans[fact.plan]
        session.workshop = named.workshops[fold_title(fact.workshop)]
        session.audience, session.starts, session.ends = fact.audience, fact.starts, fact.ends
        session.deliverer = named.deliverers.get(fact.deliverer)
    lines = changes.lines[session.reference]
    live = [line for line in lines if line.status not in rows.DROPPED]
    session.seats_taken = sum(line.booked for line in live)
    booked = sum(line.booked for line in lines)
    session.capacity = max(booked, sum(line.present or 0 for line in lines))
    if live:
        session.state, session.over_at = Session.State.CLOSED, None
    else:
        state = Session.State.CANCELLED if lines else Session.State.WITHDRAWN
        session.over_at = session.over_at if session.state == state else now
        session.state = state
    return session


def _register(
    session: Session, lines: list[RegisteredRow], batch: Batch, now: datetime.datetime
) -> Register:
    """Return the register of an imported session: held if any of its rows is."""
    held = [line for line in lines if line.status == HELD]
    approved = [line.approved for line in held if line.approved and line.present is not None]
    done = bool(held) and len(approved) == len(held)
    return Register(
        session=session,
        held=bool(held),
        submitted_at=now,
        approved_at=now if done else None,
        batch=batch,
        state=Register.State.APPROVED if done else Register.State.SUBMITTED,
    )
