"""The addresses of what it adds up to, by audience."""

from django.urls import URLPattern, path

from goals.views import manager as views

public: list[URLPattern] = []

facilitator: list[URLPattern] = []

manager = [
    path("reports/", views.reports, name="reports"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/report.json", views.report_json, name="report-json"),
    path("reports/<int:pk>/report.csv", views.report_csv, name="report-csv"),
    path("reports/<int:pk>/figures/<int:measure>/", views.figure, name="report-figure"),
    path("reports/<int:pk>/not-counted/", views.uncounted, name="report-uncounted"),
]
