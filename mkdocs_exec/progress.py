"""Tell what becomes of the programs of a build: a bar on a terminal, one line at the end."""

import logging
import sys
import threading
import time

from mkdocs_exec.runner import Result

log = logging.getLogger("mkdocs.mkdocs_exec")


class Progress:
    """The counts of one round of runs: of a build, or of a rebuild by `mkdocs serve`."""

    def __init__(self) -> None:
        """Begin the first round."""
        self._lock = threading.Lock()  # workers count at once, and no count may be lost
        self._clear()

    def _clear(self) -> None:
        self._run = self._reused = self._failed = self._open = 0
        self._seconds, self._begun = 0.0, time.monotonic()
        self._bar, self._all_queued = None, False

    def reused(self, result: Result) -> None:
        """Count a result that was known."""
        with self._lock:
            self._reused += 1
            self._seconds += result.seconds

    def queued(self) -> None:
        """Count a program that is to run."""
        with self._lock:
            self._open += 1

    def all_queued(self) -> None:
        """End the round when what was queued so far has ended."""
        with self._lock:
            self._all_queued = True
            self._end_round()

    def begins(self, name: str) -> None:
        """Show that a program runs."""
        with self._lock:
            if self._bar is None and sys.stderr and sys.stderr.isatty():
                from tqdm import tqdm  # here, for without a terminal nobody needs it

                tqdm.monitor_interval = 0  # no thread to watch a bar that moves all the time
                self._bar = tqdm(desc="Programs", unit="", leave=False)
            if self._bar is not None:
                self._bar.total = self._run + self._open
                self._bar.set_postfix_str(name)

    def ended(self, result: Result | None) -> None:
        """Count a program that has run; None stands for one that is not as its page says."""
        with self._lock:
            self._open -= 1
            self._run += 1
            self._failed += result is None
            self._seconds += result.seconds if result else 0
            if self._bar is not None:
                self._bar.update()
            self._end_round()

    def _end_round(self) -> None:
        if self._open or not self._all_queued or not self._run + self._reused:
            return
        if self._bar is not None:
            self._bar.close()
        took = time.monotonic() - self._begun
        text = (
            f"Programs: {self._run} run, {self._reused} reused, {self._failed} failed "
            f"in {took:.1f} s, {max(0.0, self._seconds - took):.1f} s saved"
        )
        if log.hasHandlers():
            log.info(text)
        else:  # Zensical sets no logging up
            print(text, file=sys.stderr)
        self._clear()
