"""Gates for rewrites: bits by mechanism and column, distributions over seeds, counted work.

``python -m tests.gates trace|samples|work`` renews what one of them compares with.
"""
