"""A program that makes a database, or brings it up to date, as a server does that starts: run as `preparer.py URL FILE`."""

import sys
from pathlib import Path

from deskchat.storage.engine import choose
from deskchat.storage.store import prepare

url, file = sys.argv[1:]
prepare(choose(url, Path(file)))
