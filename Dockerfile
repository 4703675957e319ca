# One image; web, worker, beat and migrate are commands of docker-compose.yml.

FROM python:3.11.14-slim-bookworm AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements requirements
RUN python -m venv /venv && /venv/bin/pip install --quiet --require-hashes -r requirements/run.lock
RUN python -m venv /tools && /tools/bin/pip install --quiet --require-hashes -r requirements/build.lock
COPY . .
RUN /tools/bin/python frontend/build.py && /tools/bin/python locale/messages.py compile
# The values only let the settings load; none of them is kept, and none is used.
RUN ENVIRONMENT=production SECRET_KEY=unused DATABASE_URL=postgres://unused/unused \
    REDIS_URL=redis://unused EMAIL_URL=smtp://unused:25 SITE_URL=https://unused ALLOWED_HOSTS=unused \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin fremmoede
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=config.settings
COPY --from=build /venv /venv
COPY --from=build /app/var/static var/static
COPY --from=build /app/locale locale
COPY manage.py ./
COPY config config
COPY notifications notifications
COPY workshops workshops
COPY booking booking
COPY attendance attendance
COPY goals goals
COPY demo demo
COPY templates templates
RUN python -m compileall -q .
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000"]
