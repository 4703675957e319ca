"""The pages of what it adds up to."""
