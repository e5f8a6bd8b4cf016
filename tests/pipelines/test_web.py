"""Asking a host that is busy, away, wrong or hostile."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from efsync.pipelines.interface import HostFailed
from efsync.pipelines.web import Web
from tests.pipelines.stand_in import Asked, Reply, StandIn, served


@dataclass
class Shop(StandIn):
    """Lists numbers, and takes new ones."""

    numbers: list[int] = field(default_factory=lambda: list(range(7)))

    def __post_init__(self) -> None:
        self.routes = [
            ("GET", "/numbers", "", lambda asked: self.page(asked, self.numbers)),
            ("POST", "/numbers", "", lambda asked: self.numbers.append(asked.content["number"])),
            ("PATCH", "/numbers/1", "", lambda _: {}),
            ("GET", "/there", "", lambda _: Reply(302, headers={"Location": "/file"})),
            ("GET", "/file", "", lambda asked: Reply(body=asked.headers["authorization"].encode())),
            ("GET", "/round", "", lambda _: Reply(302, headers={"Location": "/round"})),
            ("GET", "/away", "", lambda _: Reply(302, headers={"Location": "file:///etc/passwd"})),
            ("GET", "/text", "", lambda _: Reply(body=b"<html>")),
        ]

    def permission(self, asked: Asked) -> Mapping[str, str] | None:
        return {} if asked.headers.get("authorization") == "token" else None


@pytest.fixture
def shop() -> Iterator[Shop]:
    with served(Shop()) as made:
        assert isinstance(made, Shop)
        yield made


@dataclass
class Waits:
    """Waits for nothing, and remembers for how long it would have."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def web(shop: Shop, waits: Waits | None = None, token: str = "token") -> Web:
    return Web(shop.address, {"Authorization": token}, waits or Waits())


def test_all_pages_are_read(shop: Shop) -> None:
    assert list(web(shop).all("numbers")) == list(range(7))
    assert len(shop.asked) == 4


def test_a_next_page_at_another_server_is_not_followed(shop: Shop) -> None:
    link = '<https://evil.example/numbers?page=2>; rel="next"'
    shop.fail("GET /numbers", Reply(200, [0], {"Link": link}))
    with pytest.raises(HostFailed, match="another server"):
        list(web(shop).all("numbers"))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_fails_for_a_moment_is_asked_again(shop: Shop, status: int) -> None:
    waits = Waits()
    shop.fail("GET /numbers", Reply(status), Reply(status))
    assert web(shop, waits).get("numbers") == [0, 1]
    assert waits.seconds == [1, 2]


def test_it_is_not_asked_for_ever(shop: Shop) -> None:
    shop.fail("PATCH", *[Reply(502)] * 9)
    with pytest.raises(HostFailed, match="PATCH /numbers/1: 502"):
        web(shop).send("PATCH", "numbers/1", {})
    assert len(shop.asked) == 4


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_may_have_been_written_is_not_written_twice(shop: Shop, status: int) -> None:
    shop.fail("POST", Reply(status))
    with pytest.raises(HostFailed, match=str(status)):
        web(shop).send("POST", "numbers", {"number": 9})
    assert shop.numbers.count(9) == 0


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"Retry-After": "3"}),
        (403, {"Retry-After": "3"}),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 2)}),
    ],
)
def test_a_limit_is_waited_for_when_writing_too(shop: Shop, status: int, headers: dict[str, str]) -> None:
    waits = Waits()
    shop.fail("POST", Reply(status, {"message": "slow down"}, headers))
    web(shop, waits).send("POST", "numbers", {"number": 9})
    assert shop.numbers.count(9) == 1
    assert 0 < waits.seconds[0] <= 3


def test_a_limit_that_lasts_too_long_is_said(shop: Shop) -> None:
    waits = Waits()
    shop.fail("GET", Reply(429, {"message": "slow down"}, {"Retry-After": "3600"}))
    with pytest.raises(HostFailed, match="slow down; too much was asked"):
        web(shop, waits).get("numbers")
    assert waits.seconds == []


@pytest.mark.parametrize(("status", "message"), [(403, "may not"), (404, "Not Found"), (422, "too long")])
def test_a_no_is_a_no(shop: Shop, status: int, message: str) -> None:
    shop.fail("POST", Reply(status, {"message": message}))
    with pytest.raises(HostFailed, match=f"{status} .*{message}"):
        web(shop).send("POST", "numbers", {"number": 9})
    assert len(shop.asked) == 1


def test_what_a_host_says_is_made_harmless(shop: Shop) -> None:
    shop.fail("GET", Reply(403, {"message": "no\n::error::\x1b[31m"}))
    with pytest.raises(HostFailed) as failed:
        web(shop).get("numbers")
    assert "\n" not in str(failed.value)
    assert "\x1b" not in str(failed.value)


def test_a_token_that_is_wrong_is_not_shown(shop: Shop) -> None:
    with pytest.raises(HostFailed, match="401 Unauthorized") as failed:
        web(shop, token="geheim").get("numbers")
    assert "geheim" not in str(failed.value)


def test_a_host_that_is_away_is_said() -> None:
    waits = Waits()
    with pytest.raises(HostFailed, match="can't be reached"):
        Web("http://127.0.0.1:9", {}, waits).get("numbers")
    assert waits.seconds == [1, 2, 4]


def test_a_file_may_lie_elsewhere_on_the_same_server(shop: Shop) -> None:
    assert web(shop).file("there") == b"token"


@pytest.mark.parametrize("path", ["round", "away"])
def test_a_file_that_leads_nowhere_is_said(shop: Shop, path: str) -> None:
    with pytest.raises(HostFailed):
        web(shop).file(path)


def test_an_answer_that_is_no_document_is_said(shop: Shop) -> None:
    with pytest.raises(HostFailed, match="no JSON"):
        web(shop).get("text")
    with pytest.raises(HostFailed, match="has moved"):
        web(shop).get("there")


def test_the_token_is_no_query(shop: Shop) -> None:
    web(shop).get("numbers", per_page=1)
    asked: Any = shop.asked[0]
    assert asked.query == {"per_page": "1"}
