"""Contracts are additive: what a producer wrote yesterday is read, whole, by the code of today."""

import hashlib
import json
from pathlib import Path

import pytest

from entente_shared.events import Event

SAMPLES = Path(__file__).parent / "samples"
TYPES = sorted(Event.registry)


def sample(event_type: str) -> str:
    return (SAMPLES / f"{event_type}.json").read_text()


def test_every_event_has_a_golden_sample_and_every_sample_an_event():
    assert sorted(path.stem for path in SAMPLES.glob("*.json")) == TYPES


@pytest.mark.parametrize("event_type", TYPES)
def test_golden_sample_is_parsed_and_written_back_unchanged(event_type):
    """A field added later is absent from the sample, so only the fields that the sample sets are compared."""
    text = sample(event_type)
    event = Event.registry[event_type].model_validate_json(text)
    assert json.loads(event.model_dump_json(exclude_unset=True)) == json.loads(text)


@pytest.mark.parametrize("event_type", TYPES)
def test_contract_names_its_aggregate(event_type):
    event = Event.registry[event_type].model_validate_json(sample(event_type))
    assert str(event.aggregate_id) in sample(event_type)
    assert event.contract.subject(event.tenant).count(".") == event_type.count(".") + 1


def test_golden_samples_were_never_edited():
    """A sample only changes together with its digest, which no reviewer should let pass: make a `.v2` instead."""
    recorded = dict(reversed(line.split("  ")) for line in (SAMPLES / "SHA256SUMS").read_text().splitlines())
    actual = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SAMPLES.glob("*.json")}
    assert actual == recorded
