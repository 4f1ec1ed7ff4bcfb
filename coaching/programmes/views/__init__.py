"""Pages of programmes outside a network: packages, versions, quizzes. Lists with cohorts are in cohorts."""
