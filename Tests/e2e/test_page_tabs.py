"""Reloaded, duplicated and neighbouring tabs: nobody meets their own ghost, and nobody's call is taken away."""


def test_two_tabs_of_one_browser(join, browsers):
    ada = join(browsers[0])
    bo = join(browsers[0], beside=ada)
    ada.dial("poppy")
    ada.sees("waiting")
    bo.dial("poppy")
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()


def test_reload_while_waiting(pair):
    ada, bo = pair
    ada.dial("violet")
    ada.sees("waiting")
    for _ in range(2):
        ada.reload()
        ada.sees("waiting", "Waiting for the other person to dial “violet”.")
    bo.dial("violet")
    for one in pair:
        one.sees("connected")
        one.sees_frames()
    # Nobody has touched the new page, and still it may play the sound.
    assert ada.page.get_by_role("button", name="Speaker", pressed=True).count() == 1


def test_reload_in_the_call(connected):
    ada, bo = connected
    ada.reload()
    bo.sees("ended", "The other person hung up.")
    ada.sees("waiting")
    bo.press("Dial again")
    for one in connected:
        one.sees("connected")
        one.sees_frames()


def test_a_page_that_died_while_waiting(pair):
    """It takes leave of nobody; its ghost stays at the relay until the tab dials again."""
    ada, bo = pair
    ada.dial("heather")
    ada.sees("waiting")
    ada.page.evaluate("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), { capture: true })")
    ada.reload()
    ada.sees("waiting")
    bo.dial("heather")
    for one in pair:
        one.sees("connected")


def test_reload_while_the_reply_to_the_dial_is_lost(join, browsers):
    """The relay has a call that the page knows nothing of, but for the key of its dial."""
    ada, bo = join(browsers[0], tolerated="ERR_FAILED"), join(browsers[1])

    def lose_reply(route):
        route.fetch()
        route.abort()

    ada.page.route("**/v1/dial", lose_reply)
    ada.dial("mallow")
    ada.sees("dialling", "The server cannot be reached. Trying again…")
    ada.page.unroute("**/v1/dial")
    ada.reload()
    ada.sees("waiting")
    bo.dial("mallow")
    for one in (ada, bo):
        one.sees("connected")


def test_a_duplicated_tab_leaves_the_call_alone(pair):
    ada, bo = pair
    ada.dial("aster")
    ada.sees("waiting")
    # A window that is opened by a page starts with a copy of its sessionStorage, as a duplicated tab does.
    with ada.page.context.expect_page() as opened:
        ada.page.evaluate("void window.open(location.href)")
    copy = opened.value
    copy.wait_for_selector("#mine[data-camera=on]")
    assert copy.get_attribute("body", "data-state") == "idle"
    assert copy.evaluate("sessionStorage.length") == 0
    # Nor does it after a reload of its own.
    copy.reload()
    copy.wait_for_selector("#mine[data-camera=on]")
    assert copy.get_attribute("body", "data-state") == "idle"
    ada.sees("waiting")
    bo.dial("aster")
    ada.sees("connected")
    bo.sees("connected")


def test_another_client_takes_the_call_over(join, browsers):
    ada = join(browsers[0], tolerated="status of 409")
    ada.dial("laurel")
    ada.sees("waiting")
    token = ada.page.evaluate("JSON.parse(sessionStorage.getItem('holdline.call')).call.token")
    status = ada.page.context.request.get(
        f"{ada.origin}/v1/events", headers={"Authorization": f"Bearer {token}", "Prefer": "wait=1"}
    ).status
    assert status == 204
    ada.sees("ended", "Another tab has the call now. Go on there.")
    ada.shoot("superseded")
