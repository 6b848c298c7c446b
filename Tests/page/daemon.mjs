// The real daemon, on a port of its own.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env.HOLDLINE_BINARY ?? join(root, '.build/release/holdline');

const START_MS = 10_000;

/** @returns {Promise<number>} a port that was free a moment ago */
async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

export class Daemon {
    #folder;
    #process = null;
    port = 0;

    /** @param {{ relay?: string, limits?: string }} [settings] lines of these tables of the configuration */
    static async start({ relay = '', limits = 'dials_per_minute = 0' } = {}) {
        const daemon = new Daemon();
        daemon.port = await freePort();
        daemon.#folder = await mkdtemp(join(tmpdir(), 'holdline-page-'));
        await writeFile(daemon.#file, [
            `listen = ["http://127.0.0.1:${daemon.port}"]`,
            `web_root = "${join(root, 'web')}"`,
            `[relay]\n${relay}`,
            `[limits]\n${limits}`,
        ].join('\n') + '\n');
        await daemon.#run();
        return daemon;
    }

    get origin() {
        return `http://127.0.0.1:${this.port}`;
    }

    get #file() {
        return join(this.#folder, 'holdline.toml');
    }

    async restart() {
        await this.#end();
        await this.#run();
    }

    async stop() {
        await this.#end();
        await rm(this.#folder, { recursive: true });
    }

    async #run() {
        const log = [];
        this.#process = spawn(binary, ['serve', '--config', this.#file], { stdio: ['ignore', 'pipe', 'pipe'] });
        this.#process.stdout.on('data', (chunk) => log.push(chunk));
        this.#process.stderr.on('data', (chunk) => log.push(chunk));
        const deadline = performance.now() + START_MS;
        while (!await fetch(`${this.origin}/healthz`).then((response) => response.ok, () => false)) {
            if (this.#process.exitCode !== null || performance.now() > deadline) {
                throw new Error(`the daemon does not serve:\n${Buffer.concat(log)}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }

    async #end() {
        const ended = new Promise((resolve) => this.#process.once('exit', resolve));
        this.#process.kill('SIGTERM');
        const status = await ended;
        if (status !== 0) throw new Error(`the daemon ended with status ${status}`);
    }
}
