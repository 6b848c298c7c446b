// What the page is made of, read from its folder: for tests that hold lists against it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The page as it is written. */
export const web = fileURLToPath(new URL('../../web', import.meta.url));

/** The page as it is served, in a folder that lives as long as the tests. */
export function served() {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    process.on('exit', () => rmSync(folder, { recursive: true }));
    execFileSync(fileURLToPath(new URL('../../packaging/page', import.meta.url)), [join(folder, 'web')]);
    return join(folder, 'web');
}

export const read = (name, folder = web) => readFileSync(join(folder, name), 'utf8');

/** Every file under a folder, by its path there. */
export const filesOf = (folder) => readdirSync(folder, { recursive: true }).map(String)
    .filter((name) => statSync(join(folder, name)).isFile()).sort();

export const files = filesOf(web);

/** Modules that no browser loads: they say that they export nothing. */
export const typesAlone = files.filter((name) => name.endsWith('.js') && /^export \{\};$/m.test(read(name)));

/** Whether it belongs to the welcome page, which is no part of a call. */
export const isWelcome = (name) => name.startsWith('trust/');

/** Message files, of which a visit loads one. */
export const languages = files.filter((name) => /^words\/[a-z]{2}\.js$/.test(name));

/** What the modules that `name` imports are called, itself included, in the order in which they are found. */
export function staticGraph(name, found = new Set()) {
    if (found.has(name)) return found;
    found.add(name);
    const imports = /^(?:(?:import|export)\s[^;'"]*from\s+'(.*)'|import\s+'(.*)');$/gm;
    for (const [, named, bare] of read(name).matchAll(imports)) {
        staticGraph(posix.join(posix.dirname(name), named ?? bare), found);
    }
    return found;
}
