"""The web service: who may see what, signatures, health, measures, and one real server."""
