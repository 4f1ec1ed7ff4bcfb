"""Addresses of programmes: outside a network, a programme belongs to its author and not to a tenant."""

from django.urls import path

from coaching.programmes.views import packages, versions

app_name = "programmes"

urlpatterns = [
    path("programmes/import/", packages.import_package, name="import"),
    path("programmes/new/", versions.write_new, name="write_new"),
    path("programmes/versions/<slug:version_id>/export/", packages.export_package, name="export"),
    path("programmes/versions/<slug:version_id>/write/", versions.write_on, name="write_on"),
    path("programmes/compare/<slug:before_id>/<slug:after_id>/", versions.compare, name="compare"),
    path("n/<slug:slug>/programmes/<slug:version_id>/install/", versions.install_version, name="install"),
]
