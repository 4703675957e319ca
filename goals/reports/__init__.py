"""What is printed of the figures."""
