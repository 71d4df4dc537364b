"""Is what readers see sound? Checks of ingested documents and of the published warehouse (spec 1, 8.1), by the hour and by hand."""
