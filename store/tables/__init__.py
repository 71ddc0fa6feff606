"""The statements that make the tables of migration 1, a room of the house in each file. Released, they never change."""
