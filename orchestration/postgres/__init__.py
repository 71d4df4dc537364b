"""Serve the marts and rollups in PostgreSQL too, for Metabase and other SQL clients over a network (spec 8.3)."""
