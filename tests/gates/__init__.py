"""Gates for rewrites: bits by mechanism and column, one step by itself, distributions, counted work.

``python -m tests.gates trace|snapshots|samples|work`` renews what one of them compares with.
"""
