"""The addresses of who comes and who came, by audience."""

from django.urls import URLPattern, path

from booking.views import facilitator as counting
from booking.views import planning

public: list[URLPattern] = []

facilitator: list[URLPattern] = [
    path("", counting.sessions, name="sessions"),
    path("sessions/<int:pk>/", counting.session_count, name="session-count"),
    path("sessions/<int:pk>/submit/", counting.register_submit, name="register-submit"),
]

manager: list[URLPattern] = [
    path("workshops/", planning.workshops, name="workshops"),
    path("workshops/<int:pk>/sessions/", planning.workshop_sessions, name="workshop-sessions"),
    path("sessions/new/", planning.session_new, name="session-new"),
    path("sessions/<int:pk>/edit/", planning.session_edit, name="session-edit"),
    path("sessions/<int:pk>/staff/", planning.session_staff, name="session-staff"),
    path("sessions/<int:pk>/open/", planning.session_open, name="session-open"),
    path("sessions/<int:pk>/close/", planning.session_close, name="session-close"),
    path("sessions/<int:pk>/cancel/", planning.session_cancel, name="session-cancel"),
]
