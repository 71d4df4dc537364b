"""From the spool to the store: checkpoints, the document, and the message that announces it (contract: 'Where it lies')."""
