"""SOQL: read a query, check it against the schema, run it in SQLite, shape the answer."""
