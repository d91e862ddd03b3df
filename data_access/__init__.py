"""SQL only: the registry, the ledger, the analytics copy, readers of files and queries by subject."""
