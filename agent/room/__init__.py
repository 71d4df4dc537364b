"""Read the LiveKit room: its participants and the quality of the connection."""
