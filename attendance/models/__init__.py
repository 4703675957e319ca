"""The tables of who came."""

from attendance.models.evaluation import Answer
from attendance.models.headcount import Headcount, Register

__all__ = ["Answer", "Headcount", "Register"]
