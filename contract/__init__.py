"""Define what all parts share: the session document, its store, settings and the clock."""
