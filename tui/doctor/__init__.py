"""What `cabas doctor` looks at: everything that may not be right, each said with what to do about it."""
