"""Language engines as the platform runs them: with a shared budget, in batches, with fallbacks."""
