"""What else happens to a call, with a real LiveKit server (``make integration-full``)."""
