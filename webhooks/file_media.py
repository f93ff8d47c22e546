"""Pictures and recordings: is the container whole, and is nothing hidden after its end?"""

import io
import struct
from typing import BinaryIO

MAX_PIXELS = 400_000_000
MAX_CHUNKS = 200_000


def check_png(file: BinaryIO) -> str | None:
    """Chunk by chunk, up to IEND and not a byte further."""
    file.seek(8)
    for number in range(MAX_CHUNKS):
        header = file.read(8)
        if len(header) < 8:
            return "file_damaged"
        size, kind = struct.unpack(">I4s", header)
        if number == 0:
            if kind != b"IHDR":
                return "file_damaged"
            width, height = struct.unpack(">II", file.read(8))
            if width * height > MAX_PIXELS:
                return "file_too_complex"
            file.seek(size - 8 + 4, io.SEEK_CUR)
            continue
        file.seek(size + 4, io.SEEK_CUR)
        if kind == b"IEND":
            return "polyglot" if file.read(1) else None
    return "file_too_complex"


def check_jpeg(file: BinaryIO) -> str | None:
    """Frame size, and an end of image. Cameras append data, so what follows is looked at apart."""
    file.seek(2)
    for _ in range(MAX_CHUNKS):
        marker = file.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            return "file_damaged"
        size_bytes = file.read(2)
        if len(size_bytes) < 2:
            return "file_damaged"
        (size,) = struct.unpack(">H", size_bytes)
        if marker[1] in range(0xC0, 0xD0) and marker[1] not in (0xC4, 0xC8, 0xCC):
            frame = file.read(5)
            if len(frame) < 5:
                return "file_damaged"
            height, width = struct.unpack(">HH", frame[1:5])
            if height * width > MAX_PIXELS:
                return "file_too_complex"
            return None if b"\xff\xd9" in file.read() else "file_damaged"
        file.seek(size - 2, io.SEEK_CUR)
    return "file_too_complex"


def check_riff(file: BinaryIO) -> str | None:
    """The declared length is the file's, give or take the padding byte."""
    end = file.seek(0, io.SEEK_END)
    file.seek(4)
    (size,) = struct.unpack("<I", file.read(4))
    if size + 8 > end:
        return "file_damaged"
    return "polyglot" if end > size + 9 else None


def check_mp4(file: BinaryIO) -> str | None:
    """Boxes follow each other to the end, and there is a `moov`."""
    end = file.seek(0, io.SEEK_END)
    at = 0
    seen = set()
    for _ in range(MAX_CHUNKS):
        if at == end:
            return None if b"moov" in seen else "file_damaged"
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            return "file_damaged"
        size, kind = struct.unpack(">I4s", header[:8])
        if size == 1 and len(header) == 16:
            (size,) = struct.unpack(">Q", header[8:])
        elif size == 0:
            size = end - at
        if size < 8 or at + size > end:
            return "file_damaged"
        seen.add(kind)
        at += size
    return "file_too_complex"


def check_mp3(file: BinaryIO) -> str | None:
    """After an ID3 tag there has to be sound."""
    file.seek(0)
    head = file.read(10)
    if head[:3] == b"ID3":
        if len(head) < 10 or max(head[6:10]) > 127:
            return "file_damaged"
        size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
        file.seek(10 + size)
        body = file.read(4096).lstrip(b"\x00")
        if len(body) < 2 or body[0] != 0xFF or body[1] & 0xE0 != 0xE0:
            return "file_damaged"
    return None


CHECKS = {
    "image/png": check_png,
    "image/jpeg": check_jpeg,
    "image/webp": check_riff,
    "audio/wav": check_riff,
    "audio/mpeg": check_mp3,
    "video/mp4": check_mp4,
}
