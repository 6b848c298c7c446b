"""A phone and a laptop in two homes, with no direct way from one to the other."""

import pytest

from lab.internet import STUN, TURN, Internet
from party import STEP_MS

# What a page in English says may be the cause.
NO_RELAY = "You are in two networks that let no direct call through."
FIREWALL = "Something in your network, perhaps a firewall, blocks calls."
UNKNOWN = "Try another network, and both of you dial again."

# A try to connect, which the browser gives up after about 16 s.
TRY_MS = 35_000


@pytest.fixture
def internet(home, tmp_path):
    """The box is two boxes now, as far as the two can tell."""
    internet = Internet(home, tmp_path)
    with home.isolated():
        yield internet
    internet.close()


@pytest.fixture
def pair(internet, visit):
    return visit("phone"), visit("laptop")


def named(server: dict):
    """The home's daemon names this server."""
    return pytest.mark.parametrize("ice_servers", [(server,)], ids=lambda servers: servers[0]["urls"].split(":")[0])


def dial(ada, bo, word: str) -> None:
    ada.dial(word)
    ada.sees("waiting")
    bo.dial(word)


@named(STUN)
def test_each_knows_its_address_and_nobody_gets_through(pair):
    dial(*pair, "hickory")
    for one in pair:
        one.reads("#state", "Trying once more…", TRY_MS)
        one.reads("#state", NO_RELAY)
    pair[0].shoot("no-relay")


@named(TURN)
def test_a_server_carries_the_call(pair):
    dial(*pair, "juniper")
    for one in pair:
        one.sees("connected", patience_ms=2 * STEP_MS)
        one.sees_frames()
        one.page.click("#quality")
        one.reads("#numbers", "through a server")


@named(TURN)
def test_a_firewall_before_the_server(internet, pair):
    """It is the phone's: the other one's page knows of none."""
    ada, bo = pair
    with internet.walled("phone"):
        dial(ada, bo, "spruce")
        ada.reads("#state", FIREWALL, TRY_MS)
        bo.reads("#state", UNKNOWN, TRY_MS)
        ada.shoot("firewall")
