"""What a record is checked for before it counts."""
