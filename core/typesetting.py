"""WeasyPrint, with our own files alone; imported when the first document is set, for it takes long to load."""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousOperation
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# No host has this name (RFC 2606), so that a mistake in the fetcher could not reach one either.
BUNDLED = "https://bundled.invalid/"
MEDIA_TYPES = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}

# WeasyPrint logs each letter that no font has, one line a letter: a name could be read off the log.
logging.getLogger("weasyprint").addFilter(lambda record: ".notdef" not in str(record.msg))


class BundledFiles(URLFetcher):
    """Serves static files that came with the application; anything else stops the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The static file named by *url* (`BUNDLED` and its name); raises `FatalURLFetchingError` for all others."""
        path = _bundled_path(url)
        if path is None:
            # The address is not repeated: it might hold what a person typed.
            raise FatalURLFetchingError("A document may only use static files that came with the application.")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix]})


def typeset(html: str, **options: Any) -> Any:
    """The pages that WeasyPrint makes of *html*; *options* are its own."""
    return HTML(string=html, base_url=BUNDLED, url_fetcher=BundledFiles()).render(**options)


def _bundled_path(url: str) -> Path | None:
    name = unquote(urlsplit(url).path).lstrip("/")
    if not url.startswith(BUNDLED) or "\0" in name:
        return None
    try:
        found = finders.find(name)
    except SuspiciousOperation:
        return None
    path = Path(found) if found else None
    return path if path and path.is_file() and path.suffix in MEDIA_TYPES else None
