"""The statements of the migrations, a room of the house in each file. Released, they never change."""
