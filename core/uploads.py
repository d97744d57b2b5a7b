"""Files that browsers send are held in memory, within a limit, under no name: never on a disk in clear.

What a file is called, and what the browser says that it is, come from outside and are forgotten here.
"""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST = 12 * 1024 * 1024  # of one file; a form refuses earlier


class InMemory(FileUploadHandler):
    """Keeps the first `LARGEST` bytes and one more of each file; so that a form sees that it is too large."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data, start):
        room = LARGEST + 1 - self.content.tell()
        if room > 0:
            self.content.write(raw_data[:room])

    def file_complete(self, file_size):
        size = self.content.tell()
        self.content.seek(0)
        return InMemoryUploadedFile(self.content, self.field_name, "file", "application/octet-stream", size, None)
