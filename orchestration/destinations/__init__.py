"""Adapt destinations to the delivery engine: one folder per vendor, and the registry."""
