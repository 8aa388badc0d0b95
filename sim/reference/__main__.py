"""``python -m sim.reference [PART ...]``: renew tables and pictures."""

import sys

from sim.reference.parts import main

main(sys.argv[1:])
