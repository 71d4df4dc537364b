"""Move a call from the spool to the store: checkpoints, the document, and the queue message (contract: 'Where objects lie')."""
