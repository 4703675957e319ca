"""What the pages read: frozen rows, few queries."""
