//! Every store port, once, for SQLite and PostgreSQL.
