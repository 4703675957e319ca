"""What it adds up to: plans, goals, figures and the yearly status report."""
