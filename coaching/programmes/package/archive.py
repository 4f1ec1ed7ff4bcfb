"""A document as a ZIP: the files of its package in one folder, the same bytes each time. No Django."""

import io
import zipfile

from coaching.programmes.package.writer import files_of_document
from coaching.programmes.schema import Document

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first date a ZIP can say: the same document, the same bytes


def zip_of_document(document: Document) -> bytes:
    """The package of this document; reading it gives the same document."""
    stream = io.BytesIO()
    folder = f"{document['key']}-{document['version']}"
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files_of_document(document).items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()
