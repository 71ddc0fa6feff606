"""The example group: an invented AMAP with its own small mailbox, to try cabas without harm."""
