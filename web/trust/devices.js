// Which device and browser this is, and the way in which each comes to trust a certificate.

/** @typedef {'android' | 'firefox-android' | 'ios' | 'windows' | 'macos' | 'linux' | 'firefox'} Device */
/** @typedef {{ files: (keyof typeof FILES)[], steps: string[], note?: string }} Way the first step has the files */

/** What is there to download. A name is for those that would keep the file: the rest open it themselves. */
export const FILES = {
    certificate: { href: '/ca.crt', name: 'holdline-ca.crt' },
    opened: { href: '/ca.crt', name: '' },
    profile: { href: '/ca.mobileconfig', name: '' },
    text: { href: '/ca.pem', name: 'holdline-ca.pem' },
};

/** What is typed as it stands here, in every language. */
export const TYPED = {
    file: FILES.certificate.name,
    page: 'chrome://settings/certificates',
    copy: `sudo cp ${FILES.text.name} /usr/local/share/ca-certificates/holdline.crt`,
    update: 'sudo update-ca-certificates',
};

const ANDROID = ['download', 'android-settings', 'android-install'];

/** @type {Record<Device, Way>} in the order in which they are offered */
export const DEVICES = {
    android: { files: ['certificate'], steps: [...ANDROID, 'back'] },
    'firefox-android': { files: ['certificate'], steps: [...ANDROID, 'firefox-android', 'back'] },
    ios: { files: ['profile'], steps: ['ios-download', 'ios-install', 'ios-trust', 'back'] },
    windows: { files: ['certificate'], steps: ['download', 'windows-open', 'windows-store', 'windows-confirm', 'back'] },
    macos: { files: ['certificate', 'profile'], steps: ['download', 'macos-add', 'macos-trust', 'back'], note: 'macos' },
    linux: { files: ['certificate', 'text'], steps: ['download', 'linux-page', 'linux-import', 'back'], note: 'linux' },
    firefox: { files: ['opened'], steps: ['firefox-open', 'firefox-import', 'back'], note: 'firefox' },
};

/** The first that fits: a browser also bears the names of others. */
const SIGNS = /** @type {const} */ ([
    ['ios', /iP(hone|ad|od)/],
    ['firefox-android', /Android.*Firefox\//],
    ['android', /Android/],
    ['firefox', /Firefox\//],
    ['windows', /Windows/],
    ['macos', /Macintosh/],
]);

/**
 * By the old name alone: over plain http a browser says nothing finer.
 * @param {Pick<Navigator, 'userAgent' | 'maxTouchPoints'>} navigator
 * @param {boolean} [isTouched] a finger is what points at the page in the first place
 * @returns {Device}
 */
export function deviceOf({ userAgent, maxTouchPoints }, isTouched = false) {
    const device = SIGNS.find(([, sign]) => sign.test(userAgent))?.[0] ?? 'linux';
    // An iPad calls itself a Mac; no Mac has a touch screen. An Android tablet that asks for the sites of computers calls
    // itself a Linux, but nobody has a mouse there.
    if (device === 'macos' && maxTouchPoints > 1) return 'ios';
    if (device === 'linux' && isTouched) return 'android';
    return device;
}
