"""Imports take turns: each compares with what the one before has left."""

from django.db import connection


def take_turn() -> None:
    """Wait until no other import is at work, and hold the turn until the transaction ends.

    Readers and the other writers go on. SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE workshops_batch IN SHARE ROW EXCLUSIVE MODE")
