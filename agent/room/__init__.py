"""The LiveKit room: who joins it and how the connection is."""
