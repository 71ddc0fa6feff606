"""The group's file: schema, members, catalogues, orders, segments, messages, deliveries."""
