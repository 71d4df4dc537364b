"""How the trained parts of the language engine come about; nothing here runs when calls are analysed."""
