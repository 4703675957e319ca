from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0004_roles"),
    ]

    operations = [
        migrations.RenameField(
            model_name="schoolversion",
            old_name="mailbox",
            new_name="email",
        ),
    ]
