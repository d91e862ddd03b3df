"""The application: assembled and run from here."""
