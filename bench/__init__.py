"""Benchmarks: `python bench/run.py` prints ratios measured side by side in one run."""
