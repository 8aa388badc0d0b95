"""What the repository's pages rest on: studies of the model and the tables made from them.

========== ==========================================================================
module     what it does
========== ==========================================================================
parts      renews the tables and pictures of results/reference, one command each
scorecard  pictures, windows, margins and provinces of the scorecard's page; ``drawn`` draws some shapes
signs      the sign table and its page
strength   how strong each row of the sources is; ``named`` measures provinces' documents (row K3)
scale      how outcomes and effects move with ``scale``
costs      what runs take, for the estimates of ``clusterlab check``
bench      speed: runs, in and around kernels (``compiled``), growth, floor, studies, start,
           against plain Mesa objects (``objects``)
bits       one run under many settings of processor and library
provenance how and by which sources each table was made, and what makes it old
pages      the pages made from templates and tables (``tabled``, ``worded``)
========== ==========================================================================

It works in a checkout and is no part of an installed copy; ``make reference``, ``docs``, ``scale``,
``costs``, ``bench`` and ``bits`` call it.
"""
