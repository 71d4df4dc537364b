"""Full-text search over what was said in calls (spec 8.1, the index on ``transcript_text``)."""
