"""The addresses of who came, by audience."""

from django.urls import URLPattern, path

from attendance.views import counts
from attendance.views import facilitator as leading

facilitator: list[URLPattern] = [
    path("", leading.sessions, name="sessions"),
    path("sessions/<int:pk>/", leading.session_count, name="session-count"),
    path("sessions/<int:pk>/submit/", leading.register_submit, name="register-submit"),
]

manager: list[URLPattern] = [
    path("sessions/", counts.sessions, name="sessions"),
    path("sessions/approve/", counts.counts_approve, name="counts-approve"),
    path("sessions/<int:pk>/", counts.session, name="session"),
    path("sessions/<int:pk>/count/", counts.session_count, name="session-count"),
    path("sessions/<int:pk>/count/submit/", counts.register_submit, name="register-submit"),
    path("sessions/<int:pk>/reopen/", counts.register_reopen, name="register-reopen"),
    path("headcounts/<int:pk>/approve/", counts.headcount_approve, name="headcount-approve"),
    path("headcounts/<int:pk>/reject/", counts.headcount_reject, name="headcount-reject"),
    path("headcounts/<int:pk>/correct/", counts.headcount_correct, name="headcount-correct"),
]
