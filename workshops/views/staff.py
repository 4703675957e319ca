"""Pages about the staff, for who may manage them."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from workshops.actions import staff
from workshops.actions.staff import Role
from workshops.forms.staff import AccessForm, InviteForm
from workshops.models import User
from workshops.views import answered
from workshops.views.asked import me, typed

may_manage = permission_required("workshops.manage_staff", raise_exception=True)


@dataclass(frozen=True)
class StaffRow:
    """One line of the list."""

    person: User
    roles: list[str | Promise]
    has_access: bool


@may_manage
def staff_list(request: HttpRequest) -> HttpResponse:
    """Everybody on the staff, those without access too."""
    today = timezone.localdate()
    people = User.objects.get_queryset().select_related("deliverer").prefetch_related("groups")
    rows = [
        StaffRow(person=person, roles=_labels(person), has_access=person.has_access(today))
        for person in people.order_by("name", "email")
    ]
    return render(request, "workshops/manager/staff_list.html", {"rows": rows})


@may_manage
def staff_invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody new."""
    form = InviteForm(typed(request))
    person = answered.by_form(form, lambda: staff.invite(**form.invitation(), by=me(request)))
    if person:
        messages.success(request, _("The invitation to %s is on its way.") % person.email)
        return redirect("manage:staff-list")
    return render(
        request, "workshops/manager/staff_invite.html", {"form": form}, status=_status(form)
    )


@may_manage
def staff_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Roles and last day of one person, and the buttons that end or give access."""
    person = get_object_or_404(User.objects.select_related("deliverer"), pk=pk)
    initial = {"roles": _roles(person), "access_ends": person.access_ends}
    form = AccessForm(typed(request), initial=initial)
    if answered.by_form(form, lambda: staff.update(person, **form.details(), by=me(request))):
        messages.success(request, _("The access of %s is saved.") % person)
        return redirect("manage:staff-list")
    context = {
        "person": person,
        "form": form,
        "may_change": staff.may_change(person, by=me(request)),
        "has_access": person.has_access(timezone.localdate()),
        "roles": _labels(person),
    }
    return render(request, "workshops/manager/staff_edit.html", context, status=_status(form))


@require_POST
@may_manage
def staff_disable(request: HttpRequest, pk: int) -> HttpResponse:
    """End the access at once."""
    person = get_object_or_404(User, pk=pk)
    done = _("%s can no longer sign in.") % person
    answered.attempt(request, partial(staff.disable, person, by=me(request)), done=done)
    return redirect("manage:staff-edit", pk=pk)


@require_POST
@may_manage
def staff_enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the access back."""
    person = get_object_or_404(User, pk=pk)
    done = _("%s can sign in again, by a code sent by e-mail.") % person
    answered.attempt(request, partial(staff.enable, person, by=me(request)), done=done)
    return redirect("manage:staff-edit", pk=pk)


@require_POST
@may_manage
def staff_invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation once more."""
    person = get_object_or_404(User, pk=pk)
    done = _("The invitation to %s is on its way.") % person.email
    answered.attempt(request, partial(staff.invite_again, person, by=me(request)), done=done)
    return redirect("manage:staff-edit", pk=pk)


def _status(form: AccessForm) -> int:
    return 422 if form.errors else 200


def _roles(person: User) -> list[str]:
    return [group.name for group in person.groups.all() if group.name in Role.values]


def _labels(person: User) -> list[str | Promise]:
    return [Role(name).label for name in sorted(_roles(person), key=Role.values.index)]
