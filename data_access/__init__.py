"""SQL only: registry, ledger, analytics copy, readers of files and queries by subject."""
