"""The lake's parts, the warehouse's only writer, and what readers open."""
