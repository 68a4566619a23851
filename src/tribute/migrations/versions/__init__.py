"""The steps, each named by its date and purpose; Alembic finds them by their `revision`."""
