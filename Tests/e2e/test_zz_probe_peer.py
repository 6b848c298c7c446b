from conftest import *
from test_peer import *
@pytest.mark.parametrize("n", range(4))
def test_probe(connected, n):
    a, b = connected
    a.do("(lab.peer.side.leaving(), lab.peer.close())")
    b.awaits("() => lab.told.length > 2")
    print(b.do("lab.told"))
