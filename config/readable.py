"""What cannot be read is refused before Django sees it: there a fault would be an answer without a page.

Python knows codecs that are no encodings of text (“base64”), and Django believes whichever a request names.
"""

import codecs

from django.utils.http import parse_header_parameters

READABLE = ("utf-8", "ascii")
SENTENCE = "Confer could not read this: what your browser sent says that it is not written in UTF-8.\n"


def only_readable(application):
    """*application*, behind a gate that answers 400 to what says that it is not in UTF-8, as every page of ours is."""

    def gate(environ, start_response):
        if is_readable(environ.get("CONTENT_TYPE", "")):
            return application(environ, start_response)
        content = SENTENCE.encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
        start_response("400 Bad Request", [*headers, ("Cache-Control", "no-store")])
        return [content]

    return gate


def is_readable(content_type: str) -> bool:
    """Whether a request with this header is in UTF-8, or says nothing of it."""
    try:
        encoding = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        return codecs.lookup(encoding).name in READABLE
    except (LookupError, ValueError):
        return False
