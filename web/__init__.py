"""The browser's part: TypeScript in `src`, built by `build.mjs` into `dist`, which is all of it that is installed.

Laws. Python only finds the files; it neither makes nor changes them. `dist/bundle.json` lists each with its hash.
"""

from pathlib import Path


def dist() -> Path:
    """Give the folder of built files; `make setup` and `make demo` fill it."""
    return Path(__file__).parent / "dist"
