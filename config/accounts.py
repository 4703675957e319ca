"""Who may sign in, and how allauth's letters leave: through the outbox."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from notifications import kinds, outbox
from workshops.models import User
from workshops.prepared import A_KEY, Prepared


class StaffBackend(AuthenticationBackend):
    """Sign-in by e-mail; whoever is disabled or past their last day is out at the next request."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Ask at sign-in and, through get_user, at every request of a session."""
        return isinstance(user, User) and user.has_access(timezone.localdate())

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return what somebody and their roles may do. One query, where Django asks two."""
        if obj is not None or not user_obj.is_active or user_obj.is_superuser:
            return set(super().get_all_permissions(user_obj, obj))
        if not hasattr(user_obj, "_perm_cache"):
            found = _PERMISSIONS.rows(user=user_obj.pk)
            user_obj._perm_cache = {f"{app}.{name}" for app, name in found}  # noqa: SLF001 - Django's
        return set(user_obj._perm_cache)  # noqa: SLF001


def _permissions(user: int) -> QuerySet[Permission, tuple[str, str]]:
    own, of_roles = (
        Permission.objects.filter(**{holder: user})
        .order_by()
        .values_list("content_type__app_label", "codename")
        for holder in ("user", "group__user")
    )
    return own.union(of_roles)


_PERMISSIONS = Prepared(_permissions, user=A_KEY)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: staff are invited. Letters go to staff alone."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        """Turn away, by password as by code, who has no access; allauth knows no last day."""
        if not user.has_access(timezone.localdate()):
            clear_login(request)
            answer: HttpResponse = self.respond_user_inactive(request, user)
            return answer
        refusal: HttpResponse | None = super().pre_login(request, user, **details)
        return refusal

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the letter into the outbox, for somebody with access, at the address we know.

        Whoever is unknown or has no access gets no letter, while the page says the same to all.
        The typed address is only compared, never written to.
        """
        known = User.objects.with_access(timezone.localdate())
        user = known.filter(email=email.strip().lower()).first()
        if user is None:
            return
        kind = kinds.find(template_prefix.rpartition("/")[2])
        with transaction.atomic():
            outbox.enqueue(
                f"account:{kind.name}:{uuid.uuid4().hex}",
                kind=kind.name,
                to=user.email,
                language=translation.get_language() or settings.LANGUAGE_CODE,
                facts={name: str(context[name]) for name in kind.sample},
            )
