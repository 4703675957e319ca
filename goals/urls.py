"""The addresses of what it adds up to, by audience."""

from django.urls import URLPattern, path

from goals.views import behind, goals, imports, reports

public: list[URLPattern] = []

facilitator: list[URLPattern] = []

manager = [
    path("goals/", goals.goals, name="goals"),
    path("goals/<int:pk>/", goals.goal_page, name="goal-page"),
    path("goals/<int:pk>/goals/<int:goal>/decide/", goals.goal_decide, name="goal-decide"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/report.json", reports.report_json, name="report-json"),
    path("reports/<int:pk>/report.csv", reports.report_csv, name="report-csv"),
    path("reports/<int:pk>/figures/<int:measure>/", behind.figure, name="report-figure"),
    path("reports/<int:pk>/not-counted/", behind.uncounted, name="report-uncounted"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.batch, name="import-batch"),
    path("imports/plan/", imports.plan, name="import-plan"),
    path("imports/plan/<int:pk>/", imports.plan_check, name="import-plan-check"),
    path("imports/registrations/", imports.registrations, name="import-registrations"),
    path(
        "imports/registrations/<int:pk>/",
        imports.registrations_check,
        name="import-registrations-check",
    ),
]
