"""The outbox: one table, whose rows tell by themselves when they are wrong."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=160, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("recipient", models.EmailField(max_length=254)),
                (
                    "address",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Lower("recipient"),
                        output_field=models.CharField(max_length=254),
                    ),
                ),
                ("language", models.CharField(default="da", max_length=5)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("links", models.JSONField(blank=True, default=dict)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("rendered_at", models.DateTimeField(blank=True, null=True)),
                ("blanked_at", models.DateTimeField(blank=True, null=True)),
                ("message_id", models.CharField(max_length=120, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("next_attempt_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "permissions": [("read_letters", "Can read the letters of the outbox")],
                "indexes": [
                    models.Index(fields=["state", "next_attempt_at"], name="notice_by_due_time"),
                    models.Index(
                        fields=["id"],
                        name="notice_unsent",
                        condition=Q(state__in=["queued", "sending"]),
                    ),
                    models.Index(
                        fields=["address"],
                        name="notice_by_address",
                        opclasses=["varchar_pattern_ops"],
                    ),
                    models.Index(fields=["kind"], name="notice_by_kind"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="notice_state_is_known",
                        condition=Q(state__in=["queued", "sending", "sent", "failed"]),
                    ),
                    models.CheckConstraint(
                        name="sent_notice_has_time",
                        condition=Q(state="sent", sent_at__isnull=False)
                        | Q(state__in=["queued", "sending", "failed"], sent_at__isnull=True),
                    ),
                    models.CheckConstraint(
                        name="sending_notice_has_lease",
                        condition=~Q(state="sending") | Q(lease_until__isnull=False),
                    ),
                    models.CheckConstraint(
                        name="sent_notice_is_rendered",
                        condition=~Q(state="sent") | Q(rendered_at__isnull=False),
                    ),
                    models.CheckConstraint(
                        name="unrendered_notice_has_no_words",
                        condition=Q(rendered_at__isnull=False) | Q(subject="", text="", html=""),
                    ),
                    models.CheckConstraint(
                        name="blanked_notice_is_empty",
                        condition=Q(blanked_at__isnull=True) | Q(facts={}, text="", html=""),
                    ),
                ],
            },
        ),
    ]
