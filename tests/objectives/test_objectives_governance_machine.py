"""No interleaving of votes, delegations, joins and leaves counts a vote twice, or lets one outside the electorate decide."""

import asyncio

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from objectives.governance_machine import Governance
from objectives.parties import Scene

# Over HTTP, making a failure smaller takes minutes: as it was found it is reported, with what repeats it.
BOUNDED = settings(
    max_examples=14,
    stateful_step_count=30,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.mark.slow
@pytest.mark.timeout(300)  # a busy machine may take its time
def test_whatever_happens_a_decision_is_what_its_frozen_electorate_made_of_it(objectives_stack):
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        scene = runner.run(Scene(objectives_stack, None).__aenter__())
        try:
            run_state_machine_as_test(lambda: Governance(runner, scene), settings=BOUNDED)
        finally:
            runner.run(scene.__aexit__())
