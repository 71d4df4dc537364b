"""Calls, documents and messages through real servers on loopback (``make integration``; ``make test`` leaves this folder out)."""
