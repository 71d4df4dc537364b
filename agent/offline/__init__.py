"""Calls without a network: a written caller, a written model, and for ``--audio`` a local voice, ear and turn detector."""
