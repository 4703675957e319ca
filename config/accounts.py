"""Who may sign in, and how allauth's letters leave: through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest
from django.utils import timezone

from workshops.models import User


class StaffBackend(AuthenticationBackend):
    """Sign-in by e-mail; whoever is disabled or past their last day is out at the next request."""

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, User) and user.has_access(timezone.localdate())


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: staff are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
