"""A call whose relay is restarted when both have dialled and nothing has been offered yet: nobody is shown anything of it."""

from collections.abc import Callable

from party import Party

# What the browser itself says of the polls that end with the relay.
TOLERATED = "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_FAILED|status of 503"

# Before the page's own scripts: what this side describes waits until it is let go; and all that the page says of how the
# call stands is kept.
BEFORE = """
const mayDescribe = new Promise((resolve) => { window.letGo = resolve; });
const { setLocalDescription } = RTCPeerConnection.prototype;
RTCPeerConnection.prototype.setLocalDescription = async function (...given) {
    await mayDescribe;
    return setLocalDescription.apply(this, given);
};
window.said = [];
addEventListener('DOMContentLoaded', () => {
    const look = () => {
        const { state, trouble = '' } = document.body.dataset;
        const now = [state, trouble, document.querySelector('#state').textContent];
        if (window.said.at(-1)?.join() !== now.join()) window.said.push(now);
    };
    new MutationObserver(look).observe(document.body, {
        subtree: true, childList: true, characterData: true, attributeFilter: ['data-state', 'data-trouble'],
    });
});
"""

# The states of a call that comes about. The browser may have to be asked for its devices first, and who dials second
# need not wait.
STATES = ["idle", "asking", "dialling", "waiting", "connecting", "connected"]


def call_over_a_restart(ada: Party, bo: Party, restart: Callable[[], object]) -> None:
    """Both pages were opened with `BEFORE`."""
    ada.dial("marigold")
    ada.sees("waiting")
    bo.dial("marigold")
    for one in (ada, bo):
        one.sees("connecting")
    restart()
    for one in (ada, bo):
        one.evaluate("() => window.letGo()")
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()
        said = one.evaluate("() => window.said")
        states = list(dict.fromkeys(state for state, _, _ in said))
        assert [trouble for _, trouble, _ in said if trouble] == [], said
        assert states == [state for state in STATES if state in states], said
        assert states[-2:] == ["connecting", "connected"]
        sentences = {sentence for state, _, sentence in said if state == "connecting"}
        assert sentences <= {"The other person is there. Connecting…", "Connected."}, said
