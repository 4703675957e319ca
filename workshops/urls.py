"""The addresses of the catalogue's pages, by audience."""

from django.urls import URLPattern, path

from workshops.views import catalogue, imports, staff
from workshops.views import public as views

public = [
    path("", views.catalogue, name="catalogue"),
    path("workshops/<slug:slug>/", views.workshop, name="workshop"),
]

facilitator: list[URLPattern] = []

manager = [
    path("staff/", staff.staff_list, name="staff-list"),
    path("staff/invite/", staff.staff_invite, name="staff-invite"),
    path("staff/<int:pk>/", staff.staff_edit, name="staff-edit"),
    path("staff/<int:pk>/disable/", staff.staff_disable, name="staff-disable"),
    path("staff/<int:pk>/enable/", staff.staff_enable, name="staff-enable"),
    path("staff/<int:pk>/invite/", staff.staff_invite_again, name="staff-invite-again"),
    path("workshops/new/", catalogue.workshop_new, name="workshop-new"),
    path("workshops/<int:pk>/", catalogue.workshop_edit, name="workshop-edit"),
    path("workshops/<int:pk>/texts/", catalogue.workshop_texts, name="workshop-texts"),
    path("workshops/<int:pk>/preview/", catalogue.workshop_preview, name="workshop-preview"),
    path("workshops/<int:pk>/publish/", catalogue.workshop_publish, name="workshop-publish"),
    path("workshops/<int:pk>/pause/", catalogue.workshop_pause, name="workshop-pause"),
    path("workshops/<int:pk>/archive/", catalogue.workshop_archive, name="workshop-archive"),
    path("imports/register/", imports.register, name="import-register"),
    path("imports/register/<int:pk>/", imports.register_check, name="import-register-check"),
]
