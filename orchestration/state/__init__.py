"""Keep the operational database: everything that cannot be rebuilt from documents, so it needs a backup."""
