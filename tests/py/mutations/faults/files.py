"""Faults of uploads and marks."""

from tests.py.mutations.mutation import CodeMutation

UPLOADS = "tests/py/webhooks/test_file_checks.py"
CODEC = "tests/py/marks/test_codec.py"

FILES = (
    CodeMutation(
        "another_size",
        "A file has the size that was announced.",
        "webhooks/file_checks.py",
        "elif size != announced.size:",
        "elif size > announced.size + 1000:",
        f"{UPLOADS}::test_what_is_measured_decides",
    ),
    CodeMutation(
        "another_content",
        "A file has the checksum that was announced.",
        "webhooks/file_checks.py",
        "elif sha256 != announced.sha256:",
        "elif not announced.sha256:",
        f"{UPLOADS}::test_what_is_measured_decides",
    ),
    CodeMutation(
        "programs_uploaded",
        "A program is no file that is sold.",
        "webhooks/file_inspector.py",
        "if is_executable(head):",
        "if is_executable(head[1:]):",
        f"{UPLOADS}::test_programs",
    ),
    CodeMutation(
        "programs_started_by_pdfs",
        "A PDF starts no program.",
        "webhooks/file_pdfs.py",
        '{"/JavaScript", "/Launch", ',
        '{"/JavaScript", ',
        f"{UPLOADS}::test_pdfs",
    ),
    CodeMutation(
        "hidden_archives",
        "A picture is no archive as well.",
        "webhooks/file_inspector.py",
        "if hides_archive(file) or (",
        "if (",
        f"{UPLOADS}::test_pictures_sound_text",
    ),
    CodeMutation(
        "paths_out_of_archives",
        "A name in an archive stays in its folder.",
        "webhooks/file_archives.py",
        """or ".." in name.split("/")\n""",
        """or ".." == name\n""",
        f"{UPLOADS}::test_archives",
    ),
    CodeMutation(
        "archive_bombs",
        "What an archive unpacks to is bounded.",
        "webhooks/file_archives.py",
        "if self.left < 0:",
        "if self.left is None:",
        f"{UPLOADS}::test_archives",
    ),
    CodeMutation(
        "names_that_lie",
        "A file name has no invisible characters.",
        "webhooks/file_names.py",
        '"Cc", "Cf", ',
        '"Cc", ',
        f"{UPLOADS}::test_names",
    ),
    CodeMutation(
        "made_up_marks",
        "Only the key's holder makes a mark.",
        "agora/marks/codec.py",
        "if hmac.compare_digest(tag, self._tag(place, payload)):",
        "if hmac.compare_digest(tag, tag):",
        f"{CODEC}::test_a_made_up_code_is_no_code",
    ),
    CodeMutation(
        "marks_alike",
        "Each place has a code of its own.",
        "agora/marks/codec.py",
        'self._tag_key, place.encode() + b"\\0" + payload',
        "self._tag_key, payload",
        f"{CODEC}::test_places_do_not_look_alike",
    ),
    CodeMutation(
        "our_fault_delivers_unmarked",
        "A fault of ours is no reason to deliver without a mark.",
        "agora/marks/isolated.py",
        'raise RuntimeError(f"marking failed',
        'raise UnmarkableError(f"marking failed',
        "tests/py/marks/test_isolated.py::test_our_own_faults_are_not_the_files",
    ),
)
