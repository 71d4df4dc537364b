"""The lake's parts, the build of the warehouse under a lock, and what readers open."""
