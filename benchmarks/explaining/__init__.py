"""What `benchmarks/explain.py` is made of: data in which the answer is known, and one module for each chapter."""
