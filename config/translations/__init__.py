"""French is typed in the code, its typography and English are catalogues; no GNU gettext is needed.

`extract` finds the texts, `catalogues` keeps locale/<language>/LC_MESSAGES/django.po and .mo, `review` finds
what is missing, stale or unlike its source.
"""
