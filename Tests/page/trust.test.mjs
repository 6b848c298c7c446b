// The welcome page: which device it takes this one for, what it teaches it, and how it finds out that it is accepted.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { DEVICES, FILES, TYPED, deviceOf } from '../../web/trust/devices.js';
import { Watch, goesOn, isLoopback } from '../../web/trust/watch.js';
import { Words } from '../../web/trust/words.js';

const LANGUAGES = ['en', 'de', 'es', 'fr', 'ru'];

/** The longest that anything may take here; nothing is waited for longer than it takes. */
const LIMIT_MS = 20_000;

/** Devices by what their browsers say of themselves. */
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const IOS = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const IPHONE = `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${IOS}`;
const USER_AGENTS = {
    android: [
        `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`,
        `Mozilla/5.0 (Linux; Android 14; SM-X710) ${CHROME} Safari/537.36`,
        `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36 EdgA/126.0.0.0`,
        'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 '
            + 'Mobile Safari/537.36',
    ],
    'firefox-android': [
        'Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0',
        'Mozilla/5.0 (Android 13; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0',
    ],
    ios: [
        `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`,
        `${IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`,
        `${IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15`,
        `Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) ${IOS} Version/12.1.2 Mobile/15E148 Safari/604.1`,
    ],
    windows: [
        `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`,
        `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/126.0.0.0`,
    ],
    macos: [
        `${MAC} ${IOS} Version/17.5 Safari/605.1.15`,
        `${MAC} ${CHROME} Safari/537.36`,
    ],
    linux: [
        `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`,
        `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`,
        'w3m/0.5.3',
        '',
    ],
    firefox: [
        'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0',
    ],
};

test('a device is known by what its browser says of itself', () => {
    assert.deepEqual(Object.keys(USER_AGENTS).sort(), Object.keys(DEVICES).sort());
    for (const [device, userAgents] of Object.entries(USER_AGENTS)) {
        for (const userAgent of userAgents) {
            assert.equal(deviceOf({ userAgent, maxTouchPoints: 0 }), device, userAgent);
        }
    }
});

test('a tablet that calls itself a computer is known by the finger', () => {
    const touched = (userAgent) => deviceOf({ userAgent, maxTouchPoints: 5 }, true);
    assert.equal(touched(USER_AGENTS.macos[0]), 'ios');
    assert.equal(touched(USER_AGENTS.linux[0]), 'android');
    assert.equal(touched(USER_AGENTS.windows[0]), 'windows', 'a laptop that can be touched as well');
    assert.equal(touched(USER_AGENTS.firefox[0]), 'firefox');
    // A screen that can also be touched, beside a mouse.
    assert.equal(deviceOf({ userAgent: USER_AGENTS.linux[0], maxTouchPoints: 10 }, false), 'linux');
});

test('every device has steps of its own in every language, and something to download', () => {
    for (const language of LANGUAGES) {
        const words = new Words([language], null);
        const taught = Object.entries(DEVICES).map(([device, { steps, files, note }]) => {
            const said = [...steps.map((step) => `step.${step}`), ...note === undefined ? [] : [`note.${note}`],
                ...files.map((file) => `button.${file}`), `device.${device}`];
            for (const key of said) {
                assert.notEqual(words.text(key), key, language);
                // Each place is one of what is typed.
                words.parts(key).forEach((part, index) => assert.ok(index % 2 === 0 || part in TYPED, `${key} ${part}`));
            }
            assert.ok(steps.length >= 3 && files.length >= 1, device);
            assert.equal(steps.at(-1), 'back', device);
            return said.slice(0, steps.length).map((key) => words.text(key)).join('\n');
        });
        assert.equal(new Set(taught).size, taught.length, language);
    }
    for (const { href } of Object.values(FILES)) assert.match(href, /^\/ca\.(crt|pem|mobileconfig)$/);
});

test('the words have the language that was chosen, else the first that the browser wants and the page has', () => {
    const shelf = new Map();
    const store = { getItem: (key) => shelf.get(key) ?? null, setItem: (key, value) => { shelf.set(key, value); } };
    const words = new Words(['pt-BR', 'de-AT', 'fr'], store);
    assert.equal(words.language, 'de');
    words.speak('ru');
    assert.equal(words.text('label.language'), 'Язык');
    assert.equal(new Words(['de'], store).language, 'ru');
    const broken = { getItem() { throw new Error('no store'); }, setItem() { throw new Error('no store'); } };
    const forgetful = new Words(['zh'], broken);
    assert.equal(forgetful.language, 'en');
    forgetful.speak('es');
    assert.equal(forgetful.language, 'es');
    assert.equal(words.text('no.such-key'), 'no.such-key');
    assert.match(words.text('meaning.authority', { authority: 'a {ends}', ends: 'b' }), /«a \{ends\}»/);
    assert.equal(new Words(['de'], null).date('2036-11-20'), '20. November 2036');
});

test('only who comes in by the plain address, from another machine, is taken on', () => {
    const taken = (url) => goesOn(new URL(url));
    for (const host of ['192.168.1.5:8080', 'pi.local:8080', '[fd00::1]:8080', '127.example:8080']) {
        assert.equal(taken(`http://${host}/trust#blue%20tulip`), true, host);
        assert.equal(taken(`http://${host}/trust?stay#tulip`), false, host);
        assert.equal(taken(`https://${host}/trust`), false, host);
    }
    for (const host of ['localhost:8080', 'a.localhost', '127.0.0.1:8080', '127.0.1.1', '[::1]:8080']) {
        assert.equal(isLoopback(new URL(`http://${host}/`)), true, host);
        assert.equal(taken(`http://${host}/trust`), false, host);
    }
});

/** A page that somebody looks at, or not. */
class Page extends EventTarget {
    visibilityState = 'visible';

    /** @param {'visible' | 'hidden'} state */
    turn(state) {
        this.visibilityState = state;
        this.dispatchEvent(new Event('visibilitychange'));
    }
}

/**
 * Two real listeners: the plain one, which has the facts, and the one that stands for https. What refuses a certificate
 * ends the connection at once, and so does that one while `accepts` is false.
 */
async function server(t) {
    const here = { accepts: false, isThere: true, hasFacts: true, asked: 0 };
    const listen = async (answer) => {
        const listener = createServer((request, response) => answer(request, response));
        await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
        t.after(() => {
            here.page?.turn('hidden');
            listener.close();
            listener.closeAllConnections();
        });
        return `http://127.0.0.1:${listener.address().port}`;
    };
    const secure = await listen((request, response) => {
        here.asked += 1;
        if (!here.accepts) return request.socket.destroy();
        assert.equal(request.url, '/healthz');
        response.end('OK\n');
    });
    const facts = { address: `${secure}/`, authority: 'home CA', fingerprint: 'AB:CD', ends: '2036-11-20' };
    here.origin = await listen((request, response) => {
        if (!here.isThere) return request.socket.destroy();
        if (request.url === '/healthz') return response.end('OK\n');
        response.statusCode = here.hasFacts ? 200 : 404;
        response.end(here.hasFacts ? JSON.stringify(facts) : '{}');
    });
    return here;
}

/** Nobody looks at the page any more when the server ends. */
function watching(here, againMs) {
    const page = here.page = new Page();
    const window = new EventTarget();
    const seen = [];
    let heard = () => {};
    const onChange = () => {
        seen.push(watch.standing);
        heard();
    };
    const watch = new Watch({ origin: here.origin, page, window, againMs, onChange });
    const until = (standing) => new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`in vain: ${standing}, after ${seen}`)), LIMIT_MS);
        heard = () => {
            if (watch.standing !== standing) return;
            clearTimeout(timer);
            resolve();
        };
        heard();
    });
    return { watch, page, window, seen, until };
}

/** So long that nothing is looked at by itself. */
const NEVER_MS = 2 ** 30;

test('who is accepted is told so at the first look, and is not asked again', async (t) => {
    const here = await server(t);
    here.accepts = true;
    const { watch, seen } = watching(here, 1);
    assert.equal(watch.standing, 'looking');
    await watch.look();
    assert.deepEqual(seen, ['yes']);
    assert.equal(watch.facts.fingerprint, 'AB:CD');
    assert.equal(here.asked, 1);
});

test('who is not accepted is looked at again and again, and goes on once the certificate is trusted', async (t) => {
    const here = await server(t);
    const { watch, seen, until } = watching(here, 1);
    watch.look();
    await until('no');
    here.accepts = true;
    await until('yes');
    assert.deepEqual(seen, ['no', 'yes']);
});

test('who comes back from the settings is looked at at once', async (t) => {
    for (const back of ['visibilitychange', 'focus', 'pageshow', 'online']) {
        const here = await server(t);
        const { watch, page, window, until } = watching(here, NEVER_MS);
        await watch.look();
        assert.equal(watch.standing, 'no');
        here.accepts = true;
        if (back === 'visibilitychange') page.turn('visible');
        else window.dispatchEvent(new Event(back));
        await until('yes');
    }
});

test('a page that nobody sees asks nothing', async (t) => {
    const here = await server(t);
    const { watch, page, until } = watching(here, 1);
    page.turn('hidden');
    await watch.look();
    assert.deepEqual([watch.standing, here.asked], ['looking', 0]);
    page.turn('visible');
    await until('no');
});

test('a server that is away is not mistaken for a certificate that is refused', async (t) => {
    const here = await server(t);
    const { watch, seen, until } = watching(here, 1);
    here.isThere = false;
    watch.look();
    await until('unreachable');
    here.isThere = true;
    await until('no');
    here.isThere = false;
    await until('unreachable');
    here.isThere = true;
    here.accepts = true;
    await until('yes');
    assert.deepEqual(seen.slice(0, 3), ['unreachable', 'no', 'unreachable']);
});

test('a server without facts says so, until it has some', async (t) => {
    const here = await server(t);
    here.hasFacts = false;
    here.accepts = true;
    const { watch, seen, until } = watching(here, 1);
    watch.look();
    await until('missing');
    here.hasFacts = true;
    await until('yes');
    assert.deepEqual(seen, ['missing', 'yes']);
});
