"""What all tests share: the same examples on every machine, and no deadline while kernels compile."""

from hypothesis import settings

settings.register_profile("clusterlab", derandomize=True, deadline=None)
settings.load_profile("clusterlab")
