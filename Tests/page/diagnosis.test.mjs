// What is made of the candidates of two sides between which there was no way.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { causeOf } from '../../web/call/diagnosis.js';

const host = (address) => `candidate:1 1 udp 2122194687 ${address} 50000 typ host generation 0 ufrag abcd network-id 1`;
const firefoxHost = (address) => `candidate:0 1 UDP 2122187007 ${address} 40408 typ host`;
const tcp = (address) => `candidate:3 1 tcp 1518214911 ${address} 9 typ host tcptype active generation 0`;
const srflx = (address) => `candidate:2 1 udp 1686052607 ${address} 60000 typ srflx raddr 0.0.0.0 rport 0`;
const relay = (address) => `candidate:4 1 udp 41885439 ${address} 49160 typ relay raddr 203.0.113.7 rport 60000`;

const home = host('192.168.1.5');
const neighbour = host('192.168.1.6');
const hidden = host('bba508fe-65f2-4830-ad4c-5532269f2fa6.local');
const STUN = ['stun:stun.example.net:3478'];
const TURN = ['turn:turn.example.org:3478?transport=udp', ...STUN];

function cause(local, remote, more = {}) {
    return causeOf({ host: 'call.example.org', servers: [], refusing: [], hasMet: false, local, remote, ...more });
}

/** Each: what it is, the one side, the other side, what else is known, the cause, and the other side's if another. */
const SITUATIONS = [
    ['one home network', [home], [neighbour], {}, 'isolated'],
    ['of Firefox', [firefoxHost('192.168.1.5')], [tcp('192.168.1.6')], {}, 'isolated'],
    ['with no way into the Internet', [home], [neighbour], { servers: STUN }, 'isolated'],
    ['beside the networks of containers', [home, host('172.17.0.1')], [neighbour, host('172.17.0.1')], {}, 'isolated'],
    ['one public address', [home, srflx('203.0.113.7')], [host('192.168.9.2'), srflx('203.0.113.7')], { servers: STUN },
        'isolated'],
    ['one IPv6 network', [host('2001:db8:0:1::5')], [host('2001:db8:0:1:a:b:c:d')], {}, 'isolated'],
    ['one IPv6 network, written short', [host('2001:db8::5')], [host('2001:db8::1:2:3:4')], {}, 'isolated'],
    ['one IPv6 network of their own', [host('fd00::2')], [host('fd00::1:3')], {}, 'isolated'],
    ['one IPv6 network, two ways into the Internet',
        [host('2001:db8::5'), srflx('203.0.113.7')], [host('2001:db8::6'), srflx('198.51.100.9')], {}, 'isolated'],

    ['two homes', [home, srflx('203.0.113.7')], [neighbour, srflx('198.51.100.9')], { servers: STUN }, 'no-relay'],
    ['a home and a phone', [home], [host('10.83.2.7')], {}, 'no-relay'],
    ['a home and a phone behind its carrier', [home], [host('100.72.2.7')], {}, 'no-relay'],
    ['two networks of one house', [home], [host('192.168.2.6')], {}, 'no-relay'],
    ['the same address twice', [home], [home], {}, 'no-relay'],
    ['hidden, but elsewhere', [hidden, srflx('203.0.113.7')], [home, srflx('198.51.100.9')], { servers: STUN },
        'no-relay'],
    ['a TURN server that refuses', [home, srflx('203.0.113.7')], [neighbour, srflx('198.51.100.9')],
        { servers: TURN, refusing: TURN.slice(0, 1) }, 'no-relay'],

    ['nobody gives an address', [hidden], [hidden], {}, 'hidden'],
    ['one gives none', [hidden], [home], {}, 'hidden'],
    ['one gives none in one home', [hidden, srflx('203.0.113.7')], [home, srflx('203.0.113.7')], { servers: STUN },
        'hidden'],

    ['nobody gets through to TURN', [home, srflx('203.0.113.7')], [neighbour, srflx('198.51.100.9')], { servers: TURN },
        'firewall'],

    ['there was a way', [home], [neighbour], { hasMet: true }, 'unknown'],
    ['TURN carries, and still', [home, relay('198.51.100.77')], [host('10.1.1.1'), relay('198.51.100.77')],
        { servers: TURN }, 'unknown'],
    ['a great network, or two', [host('10.1.2.3')], [host('10.1.9.3')], {}, 'unknown'],
    ['two homes alike, one of them shut in', [home], [neighbour, srflx('198.51.100.9')],
        { servers: ['stun:192.0.2.1'] }, 'firewall', 'unknown'],
    ['only addresses that say nothing', [host('169.254.7.1'), host('127.0.0.1')], [host('169.254.9.1')], {}, 'unknown'],
    ['of other networks of IPv6', [host('2001:db8:0:1::5')], [host('2001:db8:0:2::5')], {}, 'unknown'],
    ['the same link-local network, as all are', [host('fe80::1')], [host('fe80::2')], {}, 'unknown'],
    ['IPv4 written as IPv6', [host('::ffff:192.168.1.5')], [host('::ffff:192.168.1.6')], {}, 'unknown'],
    ['nothing known of the other', [home], [], {}, 'unknown'],
    ['nonsense', ['candidate:'], ['', 'x '.repeat(99)], {}, 'unknown'],
    ['names', [host('turn.example.org')], [host('::')], {}, 'unknown'],
];

for (const [name, one, other, more, expected, otherwise = expected] of SITUATIONS) {
    test(`${name}: ${expected}`, () => {
        assert.equal(cause(one, other, more), expected);
        assert.equal(cause(other, one, more), otherwise);
    });
}

test('a side that reaches no STUN server where the other one does is behind a firewall, and only that side', () => {
    const office = [host('10.20.30.40')];
    const away = [home, srflx('198.51.100.9')];
    assert.equal(cause(office, away, { servers: STUN }), 'firewall');
    assert.equal(cause(away, office, { servers: STUN }), 'no-relay');
    // A server of the page's own network sees there what is known already.
    assert.equal(cause(office, away, { servers: ['stun:stun.example.org'] }), 'no-relay');
    assert.equal(cause(office, away, { servers: ['stun:10.20.30.1:3478'], host: '10.20.30.1' }), 'no-relay');
});

test('a side that reaches TURN does not blame its own firewall', () => {
    const mine = [home, relay('198.51.100.77')];
    const theirs = [host('10.20.30.40'), srflx('198.51.100.9')];
    assert.equal(cause(mine, theirs, { servers: TURN }), 'unknown');
    assert.equal(cause(theirs, mine, { servers: TURN }), 'firewall');
});
