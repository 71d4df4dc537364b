"""Calls with real sound and no network: a caller who speaks, local models that hear, and what becomes of the agent's voice."""
