"""Build the lead score (spec 3.2)."""
