"""The addresses of the catalogue's pages, by audience."""

from django.urls import path

from workshops.views import staff

manager = [
    path("staff/", staff.staff_list, name="staff-list"),
    path("staff/invite/", staff.staff_invite, name="staff-invite"),
    path("staff/<int:pk>/", staff.staff_edit, name="staff-edit"),
    path("staff/<int:pk>/disable/", staff.staff_disable, name="staff-disable"),
    path("staff/<int:pk>/enable/", staff.staff_enable, name="staff-enable"),
    path("staff/<int:pk>/invite/", staff.staff_invite_again, name="staff-invite-again"),
]
