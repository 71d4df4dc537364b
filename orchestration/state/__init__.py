"""The operational database: everything that documents cannot give back. It alone needs a backup."""
