"""Send alerts by e-mail, where the channels before it have not taken them."""
