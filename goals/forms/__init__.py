"""What people type into the pages of goals: shape only."""
