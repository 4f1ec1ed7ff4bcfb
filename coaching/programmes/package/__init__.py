"""The programme package: folder, ZIP or JSON on one side, document on the other. No Django."""

from coaching.programmes.package.archive import zip_of_document
from coaching.programmes.package.files import PackageFiles, files_of_folder, files_of_zip
from coaching.programmes.package.reader import (
    Package,
    read_files,
    read_folder,
    read_json_text,
    read_package,
    read_zip,
)
from coaching.programmes.package.tidy import tidied, tidy_folder
from coaching.programmes.package.writer import files_of_document, write_files, write_folder

__all__ = [
    "Package",
    "PackageFiles",
    "files_of_document",
    "files_of_folder",
    "files_of_zip",
    "read_files",
    "read_folder",
    "read_json_text",
    "read_package",
    "read_zip",
    "tidied",
    "tidy_folder",
    "write_files",
    "write_folder",
    "zip_of_document",
]
