"""How people hear of it. Knows no workshop and no booking."""
