"""Define the assets, from documents to reports; each body reads its inputs, calls one function and returns."""
