"""Many runs: plan them, carry them out, keep them, and say what they show.

=========== ======================================================================
module      what it does
=========== ======================================================================
options     checks what a caller asked for (seed, scale, runs, folder)
identity    what a run's numbers depend on, as a hash
plan        scenario x seed, the same seeds for every scenario
planning    from the words of a command or study file to a plan
store       one folder a finished run, renamed into place
tables      Parquet files: types and compression
execute     ``execute(job) -> path``: one run from resolved scenario to stored folder
workers     carries out jobs in this process or in spawned ones; survives their death
signals     SIGTERM and SIGHUP stop a study as Ctrl-C does
progress    counts, share done and time left
merge       one table a kind from all runs
paired      statistics of paired differences
kinds       the kinds of studies, one record each
comparing   the kind ``compare``
sweep       the kind ``sweep``: scenarios at the points of a design
factors     what is varied, and between which values
designs     grid, list, Latin hypercube, file: which points
points      scenarios at points as a plan, and the tidy table of what comes out
replicate   the kind ``replicate``: is a published comparison still got
complements the kind ``complements``: what parts of a programme do alone and beside the others
robust      the kind ``robust``: does it hold in every world
ranking     how far a ranking holds from world to world, and regrets
discover    the kind ``discover``: where a policy wins and fails, and regrets
prim        boxes in which cases lie close together
optimise    the kind ``optimise``: points that serve several outcomes best, round by round
chosen      a point as a scenario file
comparison  ``comparison.csv``
fates       ``places.csv``: what becomes of the places that scenarios name
targets     ``targets.csv``: how probable targets are
oneatatime  the method ``one_at_a_time``: arms, one lever each, and their partners
sensitivity ``sensitivity.csv``: signs
methods     the kind ``sensitivity``: its methods, one record each
together    Morris, Sobol, delta: all factors moved together
equalcost   budgets at which alternatives cost what the base costs
manifest    the folder's table of contents
folder      results folders: new, empty or resumed
studyfile   study files
given       what a study file gives, checked as a kind asks for it
outcome     what a study leaves its caller with
stream      the answer while a comparison runs
precision   when pairs are enough
session     carries out a plan into a folder
catalogue   levers and metrics as plain records
plain       JSON without NaN, files written in one go
api         ``run``, ``compare``, ``study``, ``resume``, ``status``
=========== ======================================================================
"""
