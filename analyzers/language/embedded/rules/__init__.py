"""Apply rules, one module per kind of annotation; each reads a prepared conversation and yields spans."""
