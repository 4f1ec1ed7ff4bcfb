"""Pages about cohorts that read no progress: preparing one, its people and coaches, sessions, talks.

Pages that need progress (the coach's home, a running cohort) are in adoption, which may read it.
"""
