"""The addresses of who comes, by audience."""

from django.urls import URLPattern, path

from booking.views import (
    book,
    bookings,
    errands,
    holding,
    mine,
    planning,
    schools,
    sessions,
    workshops,
)

public: list[URLPattern] = [
    path("workshops/<slug:slug>/sessions/<str:reference>/book/", book.begin, name="booking-begin"),
    path("book/<str:token>/", book.details, name="booking-details"),
    path("book/<str:token>/check/", book.check, name="booking-check"),
    path("book/<str:token>/receipt/", book.receipt, name="booking-receipt"),
    path("book/<str:token>/extend/", holding.extend, name="hold-extend"),
    path("book/<str:token>/leave/", holding.leave, name="booking-leave"),
    path("book/<str:token>/session/", holding.switch, name="booking-switch"),
    path("schools/", schools.search, name="school-search"),
    path("my/lost/", mine.link_lost, name="link-lost"),
    path("my/<str:reference>/<str:token>/", mine.booking, name="booking"),
    path("my/<str:reference>/<str:token>/confirm/", mine.confirm, name="mailbox-confirm"),
    path("my/<str:reference>/<str:token>/cancel/", mine.cancel, name="booking-cancel"),
    path("my/<str:reference>/<str:token>/booking.ics", mine.calendar, name="booking-ics"),
]

manager: list[URLPattern] = [
    path("bookings/", bookings.bookings, name="bookings"),
    path("bookings/bookings.csv", bookings.bookings_csv, name="bookings-csv"),
    path("bookings/<slug:reference>/", bookings.booking, name="booking"),
    path("errands/", errands.errands, name="errands"),
    path("errands/<int:pk>/done/", errands.errand_done, name="errand-done"),
    path("workshops/", workshops.workshops, name="workshops"),
    path("workshops/<int:pk>/sessions/", workshops.workshop_sessions, name="workshop-sessions"),
    path("sessions/new/", planning.session_new, name="session-new"),
    path("sessions/<int:pk>/edit/", sessions.session_edit, name="session-edit"),
    path("sessions/<int:pk>/staff/", sessions.session_staff, name="session-staff"),
    path("sessions/<int:pk>/open/", sessions.session_open, name="session-open"),
    path("sessions/<int:pk>/close/", sessions.session_close, name="session-close"),
    path("sessions/<int:pk>/cancel/", sessions.session_cancel, name="session-cancel"),
]
