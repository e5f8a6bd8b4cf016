"""Some of the thefts by pull request on PostgreSQL and MariaDB, and one with the state there too."""

from collections.abc import Iterator

import pytest

from tests.cli.inside import applied, call_json
from tests.cli.test_redirects import (  # noqa: F401
    EVIL,
    account,
    acme,
    files,
    test_a_password_that_a_run_replaced_which_was_cut_off_is_known,
    test_a_password_that_efsync_does_not_manage_stays_and_goes_nowhere_else,
    test_a_word_does_not_send_a_new_password_where_the_plan_did_not_see_it_go,
    test_another_account_gets_no_password_of_others_by_whatever_reference,
    test_the_reference_of_an_account_is_its_own_though_its_file_does_not_name_it_any_more,
    test_what_is_live_is_known_on_a_fresh_machine_too,
    test_what_one_pull_request_may_not_do_two_may_not_either,
)
from tests.servers.databases import empty_database
from tests.world import SETTINGS, World


@pytest.fixture
def other_url(world: World) -> Iterator[str]:
    """The URL of another empty database on the same server."""
    with empty_database("mariadb" if world.url.startswith("mariadb") else "postgresql") as url:
        yield url


def test_a_password_of_one_tenant_is_known_in_the_others_by_the_state_that_they_share(
    world: World, other_url: str
) -> None:
    globex = SETTINGS.split("[secrets")[0].split("\n", 2)[2].replace("erp]", "globex]").replace("ACME", "GLOBEX")
    world.write("efsync.toml", f"{SETTINGS}\n{globex}\n[state]\nurl = '{other_url}'\n")
    for tenant in ("ACME", "GLOBEX"):
        for code in ("JPEREZ", "EVE", "CEO"):
            world.user(code, tenant=tenant)
            world.environment[f"MAIL_{code}"] = f"clave-{code.lower()}"
    files(world)
    applied(world)
    files(world, account("EVE", f"server: {EVIL}", password="{env: MAIL_CEO}"), account("JPEREZ", f"server: {EVIL}"))
    before = world.dump()
    result = call_json(world, "apply", "--target", "globex", "--yes")
    assert (result.status, result.codes) == (1, ["brake-redirect"] * 2)
    jperez, eve = (each["message"] for each in result.json["problems"])
    assert f"would go to {EVIL}, port 587, with SSL; until now it went to smtp.acme.example" in jperez
    assert "belongs to another account, CEO" in eve
    assert world.dump() == before
    files(world)
    applied(world, "--target", "globex")
    assert world.live("CEO", tenant="GLOBEX")["password"] == "clave-ceo"
