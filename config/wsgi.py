"""The WSGI entry that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from config import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DB_KEEP_PLANS", "1")

application = get_wsgi_application()
logs.guard("gunicorn.error", "gunicorn.access")
