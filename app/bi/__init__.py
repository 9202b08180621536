"""The door for analysts in SQL: views of the schema `bi`, and logins that see their region in them."""
