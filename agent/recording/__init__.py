"""What happened in a call, row by row as it happens, and the session document made from the rows (contract: 'Fields')."""
