"""Annotate language: a transcript in, annotations out, by one of two engines behind one protocol."""
