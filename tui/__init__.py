"""The front door: the command line, the app, configuration, demo, doctor."""
