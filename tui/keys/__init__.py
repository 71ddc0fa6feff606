"""SSH keys: one that a volunteer hands in, and the account's `authorized_keys`, whose lines open cabas."""
