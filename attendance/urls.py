"""The addresses of who came, by audience."""

from django.urls import URLPattern, path

from attendance.views import decisions, session, sessions
from attendance.views import facilitator as leading

facilitator: list[URLPattern] = [
    path("", leading.sessions, name="sessions"),
    path("sessions/<int:pk>/", leading.session_count, name="session-count"),
    path("sessions/<int:pk>/submit/", leading.register_submit, name="register-submit"),
]

manager: list[URLPattern] = [
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/approve/", decisions.counts_approve, name="counts-approve"),
    path("sessions/<int:pk>/", session.session, name="session"),
    path("sessions/<int:pk>/count/", session.session_count, name="session-count"),
    path("sessions/<int:pk>/count/submit/", session.register_submit, name="register-submit"),
    path("sessions/<int:pk>/reopen/", session.register_reopen, name="register-reopen"),
    path("headcounts/<int:pk>/approve/", decisions.headcount_approve, name="headcount-approve"),
    path("headcounts/<int:pk>/reject/", decisions.headcount_reject, name="headcount-reject"),
    path("headcounts/<int:pk>/correct/", decisions.headcount_correct, name="headcount-correct"),
]
