"""The listing (*prelist*): the doors that a round begins from, and what became of each."""
