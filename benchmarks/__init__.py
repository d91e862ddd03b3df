"""Measurements against the budgets of the design; never part of the tests."""
