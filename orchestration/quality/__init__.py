"""Check ingested documents and the published warehouse (spec 1, 8.1), by the hour and by hand."""
