"""Files that hold secrets: new, and readable by their owner alone."""

import os
from pathlib import Path


def write_secret(path: Path, text: str) -> None:
    """Write a file of mode 0600; one that is there is never overwritten (FileExistsError)."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
