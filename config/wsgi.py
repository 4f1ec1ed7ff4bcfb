"""The WSGI application that the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from agencies.checks import require_fences  # noqa: E402  (after the set-up of the apps)

require_fences()
