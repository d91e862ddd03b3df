"""Readers of files: a sheet in, rows that the ledger takes and findings out. No SQL, no screen."""
