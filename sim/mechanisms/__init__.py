"""Layer 1: one mechanism, one file, one shape.  They never import each other."""
