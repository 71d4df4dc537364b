"""Report what the knowledge base could not answer in one call, and which articles would close the gap (spec 3.7)."""
