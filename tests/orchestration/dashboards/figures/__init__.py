"""What widgets must show, computed in plain Python from session documents, reports and what other systems told: no SQL of ours."""
