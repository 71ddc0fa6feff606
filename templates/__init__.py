"""Every word the program says."""
