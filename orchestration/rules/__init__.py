"""Rules and measures as data, shared by checks of data quality, reports and alerts."""
