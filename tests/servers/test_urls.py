"""What is wrong with a url is said, without a password in it."""

import pytest
from sqlalchemy import make_url

from tests.cli.inside import call, call_json
from tests.world import World


@pytest.mark.parametrize("option", ["ssl_ca=/nonexist/ca.pem", "foo=bar", "charset=bar", "sslmode=bar", "encryption=x"])
def test_an_option_that_the_driver_does_not_take_is_no_internal_error(sales: World, option: str) -> None:
    url = make_url(sales.url).render_as_string(hide_password=False)
    sales.write("efsync.toml", f'[targets.erp]\nurl = "{url}?{option}"\ntenant = "ACME"\n')
    result = call_json(sales, "plan")
    assert (result.status, set(result.codes) & {"internal"}) == (1, set())
    examined = call_json(sales, "doctor")
    assert (examined.status, examined.json["status"]) == (1, "error")


@pytest.mark.parametrize(
    "url", ["u:Sec@ret/pass@127.0.0.1/d", "u:Sec@ret:5432/pass@127.0.0.1/d", "u:Sec@ret@127.0.0.1/d"]
)
@pytest.mark.parametrize("kind", ["postgresql", "mariadb", "mssql"])
def test_no_piece_of_a_password_is_looked_up_or_shown(
    tmp_path_factory: pytest.TempPathFactory, kind: str, url: str
) -> None:
    world = World(tmp_path_factory.mktemp("company"))
    world.write("efsync.toml", f'[targets.erp]\nurl = "{kind}://{url}"\n')
    for command in ("plan", "doctor"):
        result = call(world, command)
        assert result.status == 1
        assert "ret" not in (result.out + result.err).replace("secret", "")
        assert "%40" in result.out + result.err


@pytest.mark.parametrize("driver", ["postgresql+psycopg2", "postgresql+asyncpg", "mysql+mysqldb", "mssql+pyodbc"])
def test_another_driver_is_refused_with_what_to_write(tmp_path_factory: pytest.TempPathFactory, driver: str) -> None:
    world = World(tmp_path_factory.mktemp("company"))
    world.write("efsync.toml", f'[targets.erp]\nurl = "{driver}://u@127.0.0.1/d"\n')
    result = call_json(world, "plan")
    assert result.codes == ["config"]
    assert result.json["problems"][0]["hint"] == f"write {driver.partition('+')[0]}://… in the url"
