// Which browser this is: each has its own way to allow a camera.

/** The first that fits: many also bear the names of others. */
const SIGNS = /** @type {const} */ ([
    ['other', /(CriOS|FxiOS|EdgiOS|OPT|GSA|Ddg|DuckDuckGo)\//],
    ['firefox', /Firefox\//],
    ['chrome-android', /Android.*Chrome\//],
    ['chrome', /Chrome\//],
    ['safari-ios', /iP(hone|ad|od).*Version\/.*Safari\//],
    ['safari-mac', /Macintosh.*Version\/.*Safari\//],
]);

/** @param {Pick<Navigator, 'userAgent' | 'maxTouchPoints'>} navigator */
export function browserOf({ userAgent, maxTouchPoints }) {
    const browser = SIGNS.find(([, sign]) => sign.test(userAgent))?.[0] ?? 'other';
    // An iPad calls itself a Mac; no Mac has a touch screen.
    return browser === 'safari-mac' && maxTouchPoints > 1 ? 'safari-ios' : browser;
}
