"""A program for the shim's own test: keeps 1, 2, 3 … in a database, and prints each number once it is committed.

Run as `ledger.py DATABASE SYNCHRONOUS`. On an error it prints the error and the last number that it can read, and
waits for a line before it tries again.
"""

import sqlite3
import sys

database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute(f"PRAGMA synchronous = {sys.argv[2]}")
database.execute("PRAGMA wal_autocheckpoint = 50")


def say(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def read_last() -> int:
    [[last]] = database.execute("SELECT coalesce(max(number), 0) FROM ledger")
    return int(last)


def keep(number: int) -> None:
    database.execute("INSERT INTO ledger VALUES (?, ?)", (number, "padding " * 50))


while True:
    try:
        keep(read_last() + 1)
        say(read_last())
    except sqlite3.OperationalError as error:
        say(f"{error}: {read_last()}")
        sys.stdin.readline()
