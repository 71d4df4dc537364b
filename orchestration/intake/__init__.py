"""From objects in the store to documents in the lake: discovery, claims, reading, rejection."""
