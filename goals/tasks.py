"""The jobs of the beat that keep the figures. Each is an idempotent tick."""

import logging

from celery import shared_task
from django.db import OperationalError

from goals.actions import aggregation
from goals.actions.reconcile import reconcile as recount_everything
from workshops.actions.ticks import ticking

logger = logging.getLogger(__name__)


@shared_task(
    acks_late=True, autoretry_for=(OperationalError,), max_retries=3, default_retry_delay=2
)
def aggregate_marked() -> None:
    """Ask again for the figures that waiting marks touch."""
    with ticking("aggregate_marked") as run:
        run.said = str(aggregation.aggregate_marked())


@shared_task(
    acks_late=True, autoretry_for=(OperationalError,), max_retries=3, default_retry_delay=60
)
def aggregate_everything() -> None:
    """Ask again for every figure of every plan and year."""
    with ticking("aggregate_everything") as run:
        run.said = str(aggregation.aggregate_everything())


@shared_task(acks_late=True)
def reconcile() -> None:
    """Prove that every derived figure equals a recount; a difference is logged as an error."""
    with ticking("reconcile") as run:
        found = recount_everything()
        for difference in found.differences:
            logger.error("reconcile: %s", difference)
        run.said = f"compared {found.compared}, differences {len(found.differences)}"
