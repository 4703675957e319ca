"""Who comes, who came, what they said."""
