"""Who works here: invite, give roles, end access."""

import datetime
import logging
from collections.abc import Iterable

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import notices
from workshops.models import Deliverer, User

logger = logging.getLogger(__name__)


class Role(models.TextChoices):
    """What somebody on the staff does; the values are the names of the groups."""

    FACILITATOR = "facilitators", _("Facilitator")
    COORDINATOR = "coordinators", _("Coordinator")
    MANAGER = "managers", _("Manager")


def invite(
    email: str,
    *,
    name: str,
    roles: Iterable[Role],
    access_ends: datetime.date | None = None,
    deliverer: Deliverer | None = None,
    by: User | None,
    now: datetime.datetime | None = None,
) -> User:
    """Make a user without a password, give the roles, record it, and write the invitation.

    The letter leads to signing in by an e-mailed code. Refuses with ``already_invited`` an
    address that a user has, ``end_date_missing`` a deliverer without a last day, and
    ``end_date_passed`` a last day that is over.
    """
    now = now or timezone.now()
    roles = list(roles)
    address = email.strip().lower()
    _refuse_bad_end(access_ends, deliverer=deliverer, now=now)
    if User.objects.filter(email=address).exists():
        raise _already_invited(address)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                address, name=name.strip(), access_ends=access_ends, deliverer=deliverer
            )
            user.groups.set(Group.objects.filter(name__in=roles))
            _record(user, f"invited as {', '.join(sorted(roles)) or 'nobody'}", by=by)
            notices.invited(user, by=by, now=now)
    except IntegrityError as error:  # somebody else invited the same person just now
        raise _already_invited(address) from error
    return user


def invite_again(user: User, *, by: User | None, now: datetime.datetime | None = None) -> User:
    """Write the invitation once more and record it; refuses ``no_access`` who may not sign in."""
    now = now or timezone.now()
    if not user.has_access(timezone.localdate(now)):
        raise ValidationError(
            _("%(user)s may not sign in. Give access first, then send the invitation."),
            code="no_access",
            params={"user": user},
        )
    with transaction.atomic():
        _record(user, "invited again", by=by)
        notices.invited(user, by=by, now=now)
    return user


def update(
    user: User,
    *,
    roles: Iterable[Role],
    access_ends: datetime.date | None,
    by: User | None,
    now: datetime.datetime | None = None,
) -> User:
    """Set the roles and the last day together: both or, when one is refused, neither."""
    with transaction.atomic():
        set_roles(user, roles, by=by)
        return end_access_on(user, access_ends, by=by, now=now)


def set_roles(user: User, roles: Iterable[Role], *, by: User | None) -> User:
    """Give *user* exactly these roles and record it.

    Refuses ``own_access`` (nobody changes their own roles) and ``administrator`` (only an
    administrator changes an administrator).
    """
    wanted = sorted({str(role) for role in roles})
    known = set(Role.values)
    with transaction.atomic():
        held = sorted(user.groups.filter(name__in=known).values_list("name", flat=True))
        if held == wanted:
            return user
        _refuse_own(user, by=by)
        user.groups.remove(*user.groups.filter(name__in=known))
        user.groups.add(*Group.objects.filter(name__in=wanted))
        _record(user, f"roles: {', '.join(wanted) or 'none'}", by=by)
    return user


def end_access_on(
    user: User,
    day: datetime.date | None,
    *,
    by: User | None,
    now: datetime.datetime | None = None,
) -> User:
    """Set the last day with access (None: without end) and record it; after it, every session ends.

    Refuses ``own_access``, ``administrator``, ``end_date_missing`` for a deliverer and
    ``end_date_passed``: who is to be out today is disabled.
    """
    if day == user.access_ends:
        return user
    _refuse_own(user, by=by)
    _refuse_bad_end(day, deliverer=user.deliverer, now=now or timezone.now())
    with transaction.atomic():
        user.access_ends = day
        user.save(update_fields=["access_ends"])
        _record(user, f"last day with access: {day or 'none'}", by=by)
    return user


def disable(user: User, *, by: User | None) -> User:
    """Take the access away, end every session for good, and record it.

    The password goes too, since a session lives as long as the password it was opened under:
    after `enable` no old session comes back to life. Refuses ``own_access``, ``administrator``.
    """
    _refuse_own(user, by=by)
    with transaction.atomic():
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
        _record(user, "disabled", by=by)
    return user


def enable(user: User, *, by: User | None) -> User:
    """Give the access back and record it; they sign in by an e-mailed code.

    Refuses ``own_access`` and ``administrator``.
    """
    _refuse_own(user, by=by)
    with transaction.atomic():
        user.is_active = True
        user.save(update_fields=["is_active"])
        _record(user, "enabled", by=by)
    return user


def make_administrator(email: str, *, name: str = "", password: str | None = None) -> User:
    """Make the user with this address, known or new, an administrator with access; record it.

    An existing user keeps their password unless a new one is given.
    """
    address = email.strip().lower()
    with transaction.atomic():
        user = User.objects.filter(email=address).first() or User(email=address)
        user.is_staff = user.is_superuser = user.is_active = True
        user.access_ends = None
        user.name = name.strip() or user.name
        if password or not user.pk:
            user.set_password(password)
        user.save()
        _record(user, "made administrator", by=None)
    return user


def may_change(user: User, *, by: User) -> bool:
    """Say whether *by* may change the access of *user*: not their own, nor an administrator's."""
    return user.pk != by.pk and (by.is_superuser or not user.is_superuser)


def _already_invited(address: str) -> ValidationError:
    return ValidationError(
        _("%(email)s has been invited already. Open the person in the list instead."),
        code="already_invited",
        params={"email": address},
    )


def _refuse_own(user: User, *, by: User | None) -> None:
    if by is None or may_change(user, by=by):
        return
    if user.pk == by.pk:
        raise ValidationError(
            _("You cannot change your own access. Ask another manager to do it."),
            code="own_access",
        )
    raise ValidationError(
        _("%(user)s is an administrator. Only an administrator can change that access."),
        code="administrator",
        params={"user": user},
    )


def _refuse_bad_end(
    day: datetime.date | None, *, deliverer: Deliverer | None, now: datetime.datetime
) -> None:
    if day is None and deliverer is not None:
        raise ValidationError(
            _("Last day with access is missing. Write a date: external deliverers need one."),
            code="end_date_missing",
        )
    if day is not None and day < timezone.localdate(now):
        raise ValidationError(
            _("Last day with access is over. Write today or a later date, or disable the person."),
            code="end_date_passed",
        )


def _record(user: User, change: str, *, by: User | None) -> None:
    """Append to the history that the administration shows; the log names people by number only."""
    logger.info("User %s by %s: %s", user.pk, by.pk if by else "the system", change)
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [user], CHANGE, change, single_object=True)
