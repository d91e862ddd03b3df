"""What is on the screen: functions that return components; one module per page."""
