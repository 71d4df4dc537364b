"""What every part of the platform needs beside the document: settings, clock, store, failures, prices."""
