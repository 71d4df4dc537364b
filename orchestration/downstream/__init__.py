"""Define what runs after a publication, a change of the state database or by the clock: one table, one rule of what is due."""
