"""Send e-mails: their bytes, SMTP and Amazon SES, and the archive of what was sent."""
