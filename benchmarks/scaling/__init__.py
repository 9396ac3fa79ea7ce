"""What `benchmarks/scale.py` is made of: data that are made up, both sides of each comparison, and the document."""
