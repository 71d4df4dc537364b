"""Train the trained parts of the language engine; nothing here runs when calls are analysed."""
