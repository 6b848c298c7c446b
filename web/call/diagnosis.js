// Why no way to the other side was found, as far as candidates tell.

/** @typedef {import('../types.js').Cause} Cause */
/** @typedef {import('./peer-types.js').Facts} Facts */
/** @typedef {ReturnType<typeof sideOf>} Side */

const PRIVATE = /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/** Of one machine, of one cable, of a phone's way to IPv4: other machines have the same. */
const NOWHERE = /^(0|127|169\.254|192\.0\.0)\./;

/**
 * @param {Facts} facts
 * @returns {Cause}
 */
export function causeOf(facts) {
    if (facts.hasMet || facts.local.length === 0 || facts.remote.length === 0) return 'unknown';
    const mine = sideOf(facts.local);
    const theirs = sideOf(facts.remote);
    const networks = networksOf(mine, theirs);
    if (networks !== 'two' && (mine.isHidden || theirs.isHidden)) return 'hidden';
    if (networks === 'one') return 'isolated';
    if (isShutOut(facts, mine, theirs)) return 'firewall';
    return networks === 'two' && !mine.isRelayed && !theirs.isRelayed ? 'no-relay' : 'unknown';
}

/** @param {string[]} lines a side's candidates */
function sideOf(lines) {
    const candidates = lines.map((line) => line.split(' '));
    const addresses = (/** @type {string[]} */ ...types) => candidates
        .filter(([, , , , , , , type]) => types.includes(type)).map(([, , , , address]) => address);
    const hosts = addresses('host');
    const own = addresses('host', 'srflx');
    const v4 = own.filter((address) => /^[\d.]+$/.test(address) && !NOWHERE.test(address));
    return {
        isHidden: hosts.length > 0 && hosts.every((address) => address.endsWith('.local')),
        isRelayed: addresses('relay').length > 0,
        private: v4.filter((address) => PRIVATE.test(address)),
        public: v4.filter((address) => !PRIVATE.test(address)),
        prefixes: own.filter((address) => /^([23]|f[cd]).*:/.test(address)).map(prefix),
    };
}

/**
 * @param {Side} mine
 * @param {Side} theirs
 * @returns {'one' | 'two' | null} how many networks the two are in; null: who knows
 */
function networksOf(mine, theirs) {
    if (mine.prefixes.some((each) => theirs.prefixes.includes(each))) return 'one';
    if (mine.public.length > 0 && theirs.public.length > 0) {
        return mine.public.some((each) => theirs.public.includes(each)) ? 'one' : 'two';
    }
    const pairs = mine.private.flatMap((one) => theirs.private.map((other) => compared(one, other)));
    // Many homes use the same addresses. But where nobody has reached the Internet, it is likely one home.
    if (mine.public.length + theirs.public.length === 0 && pairs.includes('one')) return 'one';
    return pairs.length > 0 && pairs.every((each) => each === 'two') ? 'two' : null;
}

/** @param {string} one private address @param {string} other of the other side */
function compared(one, other) {
    const octets = other.split('.');
    const differing = one.split('.').findIndex((octet, index) => octet !== octets[index]);
    if (differing === 3) return 'one';
    // No network has an address twice, and only the great ranges have networks of more than 256.
    return differing < 2 || one.startsWith('192') ? 'two' : null;
}

/**
 * Whether this side does not get through to the servers that are named.
 * @param {Facts} facts @param {Side} mine @param {Side} theirs
 */
function isShutOut({ host, servers, refusing }, mine, theirs) {
    if (mine.isRelayed || refusing.length > 0) return false;
    // Who reaches a TURN server has a candidate of it. A STUN server in one's own network has nothing new to tell.
    if (servers.some((url) => url.startsWith('turn'))) return true;
    const areFar = servers.some((url) => domain(url.replace(/^\w+:|[:?].*/g, '')) !== domain(host));
    return areFar && mine.private.length > 0 && mine.public.length === 0 && theirs.public.length > 0;
}

/** @param {string} host */
function domain(host) {
    return host.split('.').slice(-2).join('.');
}

/** @param {string} address IPv6 @returns {string} its network: the first 64 of its 128 bits */
function prefix(address) {
    const zeros = '0:'.repeat(Math.max(0, 9 - address.split(':').length));
    return address.replace('::', `:${zeros}`).split(':').slice(0, 4).join(':');
}
