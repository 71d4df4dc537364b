"""The session document: its fields, where it lies, how it is read from bytes, upcast and delivered."""
