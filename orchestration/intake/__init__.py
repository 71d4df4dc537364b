"""Bring objects of the store as documents into the lake: discovery, claims, reading, rejection."""
