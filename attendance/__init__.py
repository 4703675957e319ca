"""Who came: counted, approved, corrected; and what they said."""
