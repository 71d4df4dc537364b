"""Alerts: rules that say when somebody must know, and the history of what was raised."""
