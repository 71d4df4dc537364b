"""The delivery engine: items, their log, retries, circuits and budgets, whatever the destination."""
