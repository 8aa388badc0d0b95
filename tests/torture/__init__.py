"""What breaks clusterlab: kinds of harm, done many times, with a table of what came of them.

A kind is a module here with ``FULL`` and ``SMALL``, how often it is tried, and
``trial(count, seed) -> list[Row]``.  Name it in :data:`tests.torture.frame.KINDS`.
"""
