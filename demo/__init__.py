"""A believable municipality: invented people, and real schools that nobody can write to."""
