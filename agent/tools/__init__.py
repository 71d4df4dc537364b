"""Tools that the model calls during a call: a search of the knowledge base, a meeting."""
