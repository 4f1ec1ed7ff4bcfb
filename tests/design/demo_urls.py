"""The site's addresses with the demonstration's, which config.urls adds only where it is switched on."""

from django.urls import include, path

from config.demo.urls import urlpatterns as demo_patterns
from config.urls import urlpatterns as site_patterns

urlpatterns = [*site_patterns, path("", include((demo_patterns, "demo")))]
