"""Write and read the lake's parts, build the warehouse under a lock, and publish it to readers."""
