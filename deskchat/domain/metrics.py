"""What is counted for whoever watches the server: how much and how long, never who or what.

Each is counted in one thread and read in any. Counting is an addition: it stands where every message passes.
"""

from bisect import bisect_left
from collections import Counter


class Histogram:
    """How many values were at most each of some bounds, which rise."""

    def __init__(self, *bounds: float) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        """Of the values up to each bound and beyond the one before; the last: of those beyond all."""
        self.sum = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


class StoreMetrics:
    """Of what is written, counted by the writer's thread."""

    def __init__(self) -> None:
        self.posts = 0
        """Messages committed; one that was sent again is counted once."""
        self.batches = Histogram(1, 2, 4, 8, 16, 32, 64, 128, 256)
        """Commands of each batch."""
        self.commits = Histogram(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
        """Seconds that each commit took, with its flush to the disk."""
        self.lost = 0
        """Batches of which nothing was kept."""
        self.failed: Counter[str] = Counter()
        """Commands that failed for a reason of the server's, by the code of what they were told."""


class HubMetrics:
    """Of the connections of this process, counted on its event loop."""

    def __init__(self) -> None:
        self.deliveries = 0
        """Events handed to connections: one to a hundred of them is a hundred."""
        self.opened = 0
        self.closed: Counter[str] = Counter()
        """By the reason."""
        self.congestions = 0
        """How often a connection took too little of what was sent to it."""
