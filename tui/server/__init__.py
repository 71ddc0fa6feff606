"""What cabas is on a shared server: one account, a door by SSH, a timer."""
