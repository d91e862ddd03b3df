"""Imported by Python at start, where its folder is on PYTHONPATH: fences servers of tests."""

from tests.network import fence

fence()
