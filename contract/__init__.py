"""What every part shares and none owns: the session document, its store, settings and the clock."""
