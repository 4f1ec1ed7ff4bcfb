"""State machines upon one cast: each history in a savepoint of its own, on the real rows of one network."""

from __future__ import annotations

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from agencies.scope import networks


def live(machine: type[RuleBasedStateMachine], network_id: int, *, lives: int, steps: int) -> None:
    """So many histories of so many steps; what one writes is undone at its end."""

    class Undone(machine):  # type: ignore[valid-type, misc]
        def __init__(self) -> None:
            super().__init__()
            self.scope = networks(network_id)
            self.scope.__enter__()
            self.savepoint = transaction.savepoint()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.savepoint)
            self.scope.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # each step costs queries: no shrinking by itself
            suppress_health_check=list(HealthCheck),
        ),
    )
