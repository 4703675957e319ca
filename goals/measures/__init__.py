"""The kinds of measure and how each is counted and judged. Pure: no database, no clock."""
