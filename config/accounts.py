"""Who may sign in, and how allauth's letters leave: through the outbox."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from notifications import kinds, outbox
from workshops.models import User


class StaffBackend(AuthenticationBackend):
    """Sign-in by e-mail; whoever is disabled or past their last day is out at the next request."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Ask at sign-in and, through get_user, at every request of a session."""
        return isinstance(user, User) and user.has_access(timezone.localdate())


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
