"""What tests of several suites are made with: documents, lakes, built warehouses, published calls."""
