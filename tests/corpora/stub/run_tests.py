"""Runs one of CPython's own test files; prints each test and how it ended, and no times.

python run_tests.py test_generators
"""

import importlib
import sys
import unittest


class Shown(unittest.TestResult):
    def note(self, test, word, error=None):
        print(word, test.id(), "" if error is None else error[0].__name__, flush=True)

    def addSuccess(self, test):  # noqa: N802
        self.note(test, "ok")

    def addFailure(self, test, err):  # noqa: N802
        self.note(test, "failed", err)

    def addError(self, test, err):  # noqa: N802
        self.note(test, "error", err)

    def addSkip(self, test, reason):  # noqa: N802
        self.note(test, "skipped")

    def addExpectedFailure(self, test, err):  # noqa: N802
        self.note(test, "expected", err)

    def addUnexpectedSuccess(self, test):  # noqa: N802
        self.note(test, "unexpected")

    def addSubTest(self, test, subtest, err):  # noqa: N802
        if err is not None:
            self.note(test, "sub", err)


def tests_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


def run_all(tests):
    """The points of a rehearsal are those within this."""
    for test in tests:
        test.run(Shown())


module = importlib.import_module(sys.argv[1])
run_all(list(tests_of(unittest.defaultTestLoader.loadTestsFromModule(module))))
