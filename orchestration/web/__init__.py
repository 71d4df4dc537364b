"""Serve pages, measures, webhooks and unsubscription over HTTP: ``voice serve``."""
