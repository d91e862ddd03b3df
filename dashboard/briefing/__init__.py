"""What leaves the building: documents made from the same answers as the pages."""
