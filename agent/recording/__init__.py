"""Record a call row by row as it happens, and build the session document from the rows (contract: 'Fields')."""
