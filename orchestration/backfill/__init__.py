"""Redo the analyses of whole days from the lake, with a plan, in several processes, resumable at any point."""
