"""Dagster, the operational database, the warehouse's writer and reader, and the ``voice`` command."""
