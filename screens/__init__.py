"""What the volunteer sees: one screen a file, its .tcss beside it."""
