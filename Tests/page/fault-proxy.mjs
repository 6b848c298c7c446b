// A TCP proxy before the relay that does to requests what networks do: loses replies, cuts connections, is away.

import { connect, createServer } from 'node:net';

export class FaultProxy {
    #server;
    #sockets = new Set();
    #target = 0;
    /** @type {{ pattern: RegExp, times: number }[]} */
    #losses = [];
    #isAway = false;
    /** Milliseconds by which both directions lag. */
    delayMs = 0;
    /** What went through: request lines and the length of bodies. @type {{ line: string, bytes: number }[]} */
    requests = [];

    /** @param {number} target the port of the relay */
    static async start(target) {
        const proxy = new FaultProxy();
        proxy.#target = target;
        proxy.#server = createServer((client) => proxy.#join(client));
        await new Promise((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
        return proxy;
    }

    get origin() {
        return `http://127.0.0.1:${this.#server.address().port}`;
    }

    /**
     * The relay gets the next requests like this one, and acts; its replies never arrive.
     * @param {RegExp} pattern of the request line
     * @param {number} times
     */
    loseReplies(pattern, times) {
        this.#losses.push({ pattern, times });
    }

    /** Cuts every connection there is. */
    cut() {
        for (const socket of this.#sockets) socket.destroy();
    }

    /** @param {boolean} isAway connections are cut, and new ones too, as soon as they are made */
    away(isAway) {
        this.#isAway = isAway;
        if (isAway) this.cut();
    }

    /** @param {RegExp} pattern */
    count(pattern) {
        return this.requests.filter(({ line }) => pattern.test(line)).length;
    }

    async stop() {
        this.cut();
        await new Promise((resolve) => this.#server.close(resolve));
    }

    #join(client) {
        const relay = connect(this.#target, '127.0.0.1');
        const pair = { loses: false };
        for (const [socket, other] of [[client, relay], [relay, client]]) {
            this.#sockets.add(socket);
            socket.on('error', () => {});
            socket.on('close', () => {
                this.#sockets.delete(socket);
                other.destroy();
            });
        }
        if (this.#isAway) return client.destroy();
        client.on('data', (chunk) => {
            this.#note(chunk, pair);
            this.#pass(chunk, relay);
        });
        relay.on('data', (chunk) => (pair.loses ? client.destroy() : this.#pass(chunk, client)));
    }

    #pass(chunk, to) {
        if (this.delayMs === 0) to.write(chunk);
        else setTimeout(() => to.write(chunk), this.delayMs);
    }

    /** Node's fetch begins every request with a chunk of its own. */
    #note(chunk, pair) {
        const text = chunk.toString('latin1');
        const line = /^(GET|POST) \S+/.exec(text)?.[0];
        if (line === undefined) return;
        this.requests.push({ line, bytes: Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0) });
        const loss = this.#losses.find(({ pattern, times }) => times > 0 && pattern.test(line));
        if (loss === undefined) return;
        loss.times -= 1;
        pair.loses = true;
    }
}
