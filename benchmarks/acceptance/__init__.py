"""The rows of the acceptance table, by what they are about; `benchmarks/inference.py` runs them."""
