"""Orchestrate the platform: Dagster, the operational database, the warehouse, deliveries and the ``voice`` command."""
