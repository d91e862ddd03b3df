"""The shapes of the maps; where they come from and under what terms is in ``SOURCES.md``."""
