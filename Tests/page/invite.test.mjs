// The invitation: which address it holds, and when its QR code is asked for. The elements stand in for those of a page;
// what it asks is answered over a real socket.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';

class Element extends EventTarget {
    hidden = false;
    textContent = '';
}
class Input extends Element {
    value = '';
}
class Image extends Element {
    hidden = true;
    src = '';
}

const OPENED = 'https://192.168.1.5:8443/';
const SCANNED = 'http://192.168.1.5:8080/';
const OTHERS = 'https://pi.local:8443/';
const DRAWN = '<svg xmlns="#">%</svg>';

let listener;
let elements;
/** What the server was asked to draw, and what it answers to the rest. */
let drawn;
let address;
let canDraw;

const realFetch = globalThis.fetch;
const settled = new Set();

before(async () => {
    listener = createServer(async (request, response) => {
        if (request.url === '/address') {
            response.statusCode = address === null ? 204 : 200;
            return response.end(address ?? undefined);
        }
        const chunks = await request.toArray();
        assert.deepEqual([request.method, request.url], ['POST', '/qr']);
        assert.match(request.headers['content-type'], /^text\/plain/);
        drawn.push(Buffer.concat(chunks).toString());
        response.statusCode = canDraw ? 200 : 404;
        response.end(DRAWN);
    });
    await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${listener.address().port}`;
    // Newer versions of Node have one of their own.
    Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
    Object.assign(globalThis, {
        HTMLElement: Element,
        HTMLInputElement: Input,
        HTMLImageElement: Image,
        location: { href: `${OPENED}#old` },
        document: { getElementById: (id) => elements[id] },
        fetch: (path, options) => {
            const answer = realFetch(origin + path, options);
            settled.add(answer);
            return answer;
        },
    });
});

after(() => {
    listener.close();
    listener.closeAllConnections();
});

beforeEach(() => {
    elements = { copy: new Element(), invite: new Element(), link: new Input(), qr: new Image(), word: new Element() };
    drawn = [];
    address = null;
    canDraw = true;
});

/** Until all that was asked is answered, and what hangs on that is done. */
async function quiet() {
    for (const answer of settled) await answer.then((response) => response.clone().text()).catch(() => {});
    settled.clear();
    await new Promise((resolve) => setImmediate(resolve));
    if (settled.size > 0) await quiet();
}

async function invitation() {
    const { Invite } = await import('../../web/screen/invite.js');
    const invite = new Invite(/** @type {any} */ ({ text: (key) => key }), () => {});
    await quiet();
    return invite;
}

test('the link leads where the page was opened, and is what is scanned, if the server knows nothing better', async () => {
    const invite = await invitation();
    invite.show({ code: ' blue tulip ', state: 'waiting' });
    await quiet();
    assert.equal(elements.word.textContent, 'blue tulip');
    assert.equal(elements.link.value, `${OPENED}#blue%20tulip`);
    assert.deepEqual(drawn, [`${OPENED}#blue%20tulip`]);
    assert.equal(elements.qr.hidden, false);
    assert.equal(elements.qr.src, `data:image/svg+xml,${encodeURIComponent(DRAWN)}`);
});

test('what is scanned begins at the welcome page, and a link at the address that others have', async () => {
    for (const [told, link, scan] of [
        [{ scan: SCANNED }, OPENED, SCANNED],
        [{ link: OTHERS }, OTHERS, OTHERS],
        [{ link: OTHERS, scan: SCANNED }, OTHERS, SCANNED],
        [{}, OPENED, OPENED],
    ]) {
        address = JSON.stringify(told);
        drawn = [];
        const invite = await invitation();
        invite.show({ code: 'тюльпан', state: 'waiting' });
        await quiet();
        const hash = `#${encodeURIComponent('тюльпан')}`;
        assert.deepEqual([elements.link.value, ...drawn], [link + hash, scan + hash]);
    }
});

test('an answer that comes late still counts', async () => {
    address = JSON.stringify({ link: OTHERS });
    const { Invite } = await import('../../web/screen/invite.js');
    const invite = new Invite(/** @type {any} */ ({ text: (key) => key }), () => {});
    invite.show({ code: 'tulip', state: 'waiting' });
    await quiet();
    assert.equal(elements.link.value, `${OTHERS}#tulip`);
    assert.equal(drawn.at(-1), `${OTHERS}#tulip`);
});

test('a word is drawn once, and only for who waits', async () => {
    const invite = await invitation();
    for (const state of ['idle', 'dialling', 'connecting', 'connected', 'ended']) invite.show({ code: 'tulip', state });
    await quiet();
    assert.deepEqual(drawn, []);
    for (let round = 0; round < 3; round += 1) invite.show({ code: 'tulip', state: 'waiting' });
    await quiet();
    invite.show({ code: 'tulip', state: 'waiting' });
    invite.show({ code: 'rose', state: 'waiting' });
    await quiet();
    assert.deepEqual(drawn, [`${OPENED}#tulip`, `${OPENED}#rose`]);
});

test('a code that cannot be had is left out', async () => {
    address = 'nonsense';
    canDraw = false;
    const invite = await invitation();
    invite.show({ code: 'tulip', state: 'waiting' });
    await quiet();
    assert.equal(elements.link.value, `${OPENED}#tulip`);
    assert.equal(elements.qr.hidden, true);
});
