"""Half a minute of `ingest_under_kills.py`, with one seed."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("ingest_under_kills.py")


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_was_acknowledged_is_there_once_whatever_is_killed_under_load():
    """In a process of its own, which shares neither its interpreter nor its coverage with the services of other tests."""
    done = subprocess.run(
        [sys.executable, PROGRAM, "--seed", "7", "--seconds", "30"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
