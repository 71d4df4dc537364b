"""Run calls without a network: scripted caller, scripted model, and for ``--audio`` local speech models and turn detector."""
