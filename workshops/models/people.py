"""Who signs in: staff and deliverers. Teachers, parents and pupils have no account."""

import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Deliverer(models.Model):
    """Who delivers a workshop, known by a code from outside; makes no log-in by itself."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("deliverer")
        verbose_name_plural = _("deliverers")

    def __str__(self) -> str:
        return self.title or self.code


class UserQuerySet(models.QuerySet["User"]):
    """Questions about staff."""

    def with_access(self, today: datetime.date) -> "UserQuerySet":
        """Those who may sign in on *today*; the row's twin is User.has_access."""
        within = models.Q(access_ends__isnull=True) | models.Q(access_ends__gte=today)
        return self.filter(within, is_active=True)

    def who_count(self, today: datetime.date, *, or_lead: Any = None) -> "UserQuerySet":
        """Those whose role lets them count who comes; those who *or_lead* that session too."""
        counting = models.Q(groups__permissions__codename="record_headcount")
        found = models.Q(pk__in=User.objects.with_access(today).filter(counting).values("pk"))
        if or_lead is not None:
            found |= models.Q(led_sessions=or_lead)
        return self.filter(found).distinct()


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name they sign in with."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def with_access(self, today: datetime.date) -> UserQuerySet:
        return self.get_queryset().with_access(today)

    def who_count(self, today: datetime.date, *, or_lead: Any = None) -> UserQuerySet:
        return self.get_queryset().who_count(today, or_lead=or_lead)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save a user; without a password they sign in by an e-mailed code only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save an administrator, who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody on the staff, or an external deliverer whose access ends on a date."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("sees the administration"), default=False)
    access_ends = models.DateField(_("last day with access"), null=True, blank=True)
    deliverer = models.ForeignKey(
        Deliverer, models.PROTECT, null=True, blank=True, related_name="users"
    )
    date_joined = models.DateTimeField(_("invited"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [("manage_staff", "Can invite staff, give roles and end access")]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def has_access(self, today: datetime.date) -> bool:
        """Say whether this user may sign in on *today*; see UserQuerySet.with_access."""
        return self.is_active and (self.access_ends is None or self.access_ends >= today)
