"""Rows to plotly figures: pure functions that know neither Dash nor SQL."""
