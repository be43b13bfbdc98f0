# SPDX-License-Identifier: Apache-2.0
"""Counting what held and what did not."""
import sys


class Verdict:
    def __init__(self, name):
        self.name, self.passed, self.failed = name, 0, 0

    def check(self, what, holds, detail=""):
        """Prints one line; a failed check says what was found instead."""
        if holds:
            self.passed += 1
            print(f"  ok    {what}")
        else:
            self.failed += 1
            print(f"  FAIL  {what}{': ' if detail else ''}{detail}")
        sys.stdout.flush()
        return holds

    def same(self, what, found, expected):
        return self.check(f"{what}: {expected}", found == expected, f"found {found}")

    def promise(self, name, text):
        """The figures that docs/promises.md keeps of a promise."""
        print(f"promise {name}: {text}")
        sys.stdout.flush()

    def end(self):
        """Prints the count and ends the process with it."""
        print(f"{self.name}: {self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
