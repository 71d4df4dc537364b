"""Run language engines for the platform: with a shared budget, in batches, with fallbacks."""
