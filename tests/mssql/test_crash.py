"""The same in T-SQL, as far as it happens in one process."""

from tests.workflows.test_crash import (  # noqa: F401
    pending,
    test_a_state_that_fails_after_the_commit_is_said_and_repaired_by_the_next_apply,
    test_an_interrupt_at_any_moment_is_settled_at_once,
    test_an_interrupt_that_can_not_be_settled_does_not_claim_to_be_applied,
)
