"""How statements reach DuckDB: duckdb-engine's dialect, made for many small questions.

Every question is one SELECT, so a transaction around it says nothing: DuckDB reads a single
statement at one state of the database anyway. And duckdb-engine compiles each statement anew,
because it has not checked its own compiler for SQLAlchemy's cache of statements; the plain SELECTs
of :mod:`data_access.outcomes` are compiled by the PostgreSQL compiler that has. The two together
save about 1.5 ms of a question.
"""

from typing import Any

import duckdb_engine
from sqlalchemy.dialects import registry


class ReadingDialect(duckdb_engine.Dialect):
    """For SELECT only: no transactions, statements are compiled once."""

    supports_statement_cache = True

    def do_begin(self, connection: Any) -> None:
        """Nothing: see the module."""

    def do_rollback(self, connection: Any) -> None:
        """Nothing: see the module."""

    def do_commit(self, connection: Any) -> None:
        """Nothing: see the module."""


URL = "duckdb+reading:///:memory:"
registry.register("duckdb.reading", __name__, ReadingDialect.__name__)
