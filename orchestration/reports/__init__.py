"""Reports for executives, made from the published warehouse (spec 7.5)."""
