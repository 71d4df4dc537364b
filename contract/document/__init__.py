"""Define the session document: its fields, its keys in the store, and how it is parsed, upcast and delivered."""
