"""Deliver items to any destination: the engine, its log, retries, circuits and budgets."""
