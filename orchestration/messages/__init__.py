"""What people are sent: a message is blocks, and each channel has a format of its own for them."""
