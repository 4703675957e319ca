"""The tables of what we offer."""

from workshops.models.expiring import Expires, ExpiringQuerySet
from workshops.models.imports import Batch, Upload
from workshops.models.marks import Mark, Tick
from workshops.models.people import Deliverer, User
from workshops.models.places import District, Venue
from workshops.models.schools import RegisterCoverage, School, SchoolClosing, SchoolVersion
from workshops.models.session import FurtherPlan, Plan, Session
from workshops.models.workshop import Audience, Topic, Workshop

__all__ = [
    "Audience",
    "Batch",
    "Deliverer",
    "District",
    "Expires",
    "ExpiringQuerySet",
    "FurtherPlan",
    "Mark",
    "Plan",
    "RegisterCoverage",
    "School",
    "SchoolClosing",
    "SchoolVersion",
    "Session",
    "Tick",
    "Topic",
    "Upload",
    "User",
    "Venue",
    "Workshop",
]
