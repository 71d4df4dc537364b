"""What follows a publication, the state database or the clock: one table of followers, and one rule of what is due."""
