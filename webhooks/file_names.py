"""File names that hide what a file is."""

import unicodedata

EXTENSIONS: dict[str, frozenset[str]] = {
    mime: frozenset(names.split())
    for mime, names in {
        "application/pdf": "pdf",
        "application/epub+zip": "epub",
        "application/zip": "zip",
        "image/png": "png",
        "image/jpeg": "jpg jpeg",
        "image/webp": "webp",
        "image/gif": "gif",
        "audio/mpeg": "mp3",
        "audio/wav": "wav",
        "audio/x-wav": "wav",
        "audio/flac": "flac",
        "video/mp4": "mp4 m4v",
        "text/plain": "txt",
        "text/markdown": "md markdown",
        "text/csv": "csv",
        "application/json": "json",
    }.items()
}
"""The media types that are taken, and the endings that fit each."""

_PROGRAMS = """
    exe com bat cmd scr pif msi msp dll sys cpl jar apk app dmg pkg deb rpm sh bash ps1 psm1 vbs
    vbe js jse wsf wsh hta lnk url reg php phtml jsp asp aspx py pl rb cgi svg html htm xhtml
    docm xlsm pptm scf inf gadget iso img elf so dylib swf
"""
PROGRAMS = frozenset(_PROGRAMS.split())
"""Endings that a system runs or a browser renders."""


def check_name(name: str, mime: str) -> str | None:
    """The refusal of this name for a file of this type, or None."""
    if mime not in EXTENSIONS:
        return "type_not_allowed"
    # Cf: bidi overrides and invisible characters that make 'fdp.exe' read as 'exe.pdf'.
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for char in name):
        return "unsafe_file_name"
    stem, _, last = name.rpartition(".")
    if not stem.strip(". ") or last.lower() not in EXTENSIONS[mime]:
        return "unsafe_file_name"
    inner = {part.strip().lower() for part in stem.split(".")[1:]}
    return "unsafe_file_name" if inner & PROGRAMS else None


def is_program(name: str) -> bool:
    """Does a member of an archive have the ending of a program?"""
    return name.rstrip(". ").rpartition(".")[2].lower() in PROGRAMS - {
        "html",
        "htm",
        "xhtml",
        "svg",
    }
