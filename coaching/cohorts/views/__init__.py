"""Pages of the coach before a launch: the list, the steps of a new cohort, its preview, a noted exchange.

Pages that need progress (the coach's home, a running cohort) are in adoption, which may read it.
"""
