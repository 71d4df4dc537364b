"""Speak without the model: fixed phrases, error speech, recordings, and the goodbye before hanging up."""
