"""The marts and rollups in PostgreSQL too, for Metabase and whoever else speaks SQL over a network (spec 8.3)."""
