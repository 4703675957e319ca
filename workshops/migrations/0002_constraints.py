"""What the tables of the catalogue, the schools and the people never hold, and their indexes."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workshops", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["register", "plan", "registrations"])),
                name="batch_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="one_user_per_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9]{6}$")),
                name="school_number_has_six_digits",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("id")), _negated=True),
                name="school_never_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_at__isnull", True), ("merged_into__isnull", True)),
                    models.Q(("merged_at__isnull", False), ("merged_into__isnull", False)),
                    _connector="OR",
                ),
                name="merged_school_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolclosing",
            constraint=models.UniqueConstraint(
                fields=("school", "closed_from"), name="one_closing_per_school_and_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reopened_on__isnull", True),
                    ("reopened_on__gt", models.F("closed_from")),
                    _connector="OR",
                ),
                name="reopening_comes_after_closing",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolversion",
            constraint=models.UniqueConstraint(
                fields=("school", "valid_from"), name="one_version_per_school_and_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("municipality_code__regex", "^[0-9]{3}$")),
                name="municipality_code_has_three_digits",
            ),
        ),
        migrations.AddConstraint(
            model_name="furtherplan",
            constraint=models.UniqueConstraint(
                fields=("session", "plan"), name="one_further_plan_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["register", "plan", "registrations"])),
                name="upload_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="workshop",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published", "paused", "archived"])),
                name="workshop_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="workshop",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["elever", "forældre", "fagpersoner"])),
                name="workshop_audience_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="workshop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    ("state", "archived"),
                    ("published_at__isnull", False),
                    _connector="OR",
                ),
                name="published_workshop_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="workshop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grade_from__isnull", True),
                    ("grade_to__isnull", True),
                    ("grade_to__gte", models.F("grade_from")),
                    _connector="OR",
                ),
                name="workshop_grades_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["plan", "starts"], name="session_by_plan_and_start"),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("to_count", True)),
                fields=["ends"],
                name="session_to_count_by_end",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["ends"], name="session_by_end"),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["workshop", "starts"], name="session_by_workshop_and_start"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seats_taken__gte", 0), ("seats_taken__lte", models.F("capacity"))
                ),
                name="session_never_overbooked",
                violation_error_code="session_full",
                violation_error_message="There are not that many seats left in this session.",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("starts"))),
                name="session_ends_after_it_starts",
                violation_error_message="The session must end after it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "open", "closed", "cancelled", "withdrawn"])
                ),
                name="session_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("over_at__isnull", False), ("state__in", ["cancelled", "withdrawn"])),
                    models.Q(("over_at__isnull", True), ("state__in", ["draft", "open", "closed"])),
                    _connector="OR",
                ),
                name="over_session_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["elever", "forældre", "fagpersoner"])),
                name="session_audience_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["da", "en"])), name="session_language_is_known"
            ),
        ),
    ]
