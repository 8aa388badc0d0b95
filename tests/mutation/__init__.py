"""What the tests would notice: mutants of the laboratory and of three mechanisms, and who survives."""
