"""Some of the thefts by pull request where all mail fields are property rows, on every database."""

from tests.cli.test_redirects import (  # noqa: F401
    acme,
    test_a_password_that_efsync_does_not_manage_stays_and_goes_nowhere_else,
    test_a_word_does_not_send_a_new_password_where_the_plan_did_not_see_it_go,
    test_another_account_gets_no_password_of_others_by_whatever_reference,
    test_what_one_pull_request_may_not_do_two_may_not_either,
)
