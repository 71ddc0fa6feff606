"""The subcommands of `cabas`, one file a room; `tui.cli.COMMANDS` says where each is."""
