"""Firefox ESR in a network of its own."""

from __future__ import annotations

from collections.abc import Iterator
import contextlib
import json
import os
import pathlib
import subprocess
import time

from lab.authority import trust
from lab.bidi import BiDi
from lab.firefox_party import FirefoxParty
from lab.namespace import Namespace
from party import WATCH

FIREFOX = "/usr/bin/firefox-esr"
START_SECONDS = 120.0
END_SECONDS = 30.0

# Where Firefox says on which port it listens.
PORT_FILE = "WebDriverBiDiServer.json"

PREFERENCES = {
    # A camera, a microphone, and a yes.
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    # A picture that moves slowly: to encode it costs most.
    "media.navigator.video.default_fps": 5,
    # It calls nobody but the page's server.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.topsites.contile.enabled": False,
    "captivedetect.canonicalURL": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "geo.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.trr.mode": 5,
    "services.settings.server": "data:,",
    # It ends without tidying up a profile that is thrown away.
    "toolkit.shutdown.fastShutdownStage": 3,
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
}

# What makes it a browser without a camera, or one that was told to refuse camera and microphone.
WITHOUT = {
    "nothing": {},
    "camera": {"media.video_loopback_dev": "none"},
    "permission": {
        "media.navigator.permission.disabled": False,
        "permissions.default.camera": 2,
        "permissions.default.microphone": 2,
    },
}

# Run in the browser's own window: what its settings do with a file that somebody imports.
IMPORT = """(text) => {
    const certificates = Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB);
    certificates.addCertFromBase64(text.replace(/-----[^-]*-----|\\s/g, ''), 'C,,');
}"""

# Run in the browser's own window. Preferences that are none are as they were built.
PREFER = """(text) => {
    for (const [name, value] of Object.entries(JSON.parse(text))) {
        if (value === null) Services.prefs.clearUserPref(name);
        else if (typeof value === 'boolean') Services.prefs.setBoolPref(name, value);
        else if (typeof value === 'number') Services.prefs.setIntPref(name, value);
        else Services.prefs.setStringPref(name, value);
    }
}"""


class Firefox:
    def __init__(self, folder: pathlib.Path, namespace: Namespace, trusted: pathlib.Path | None = None):
        """`trusted`: the certificate of a CA."""
        profile = folder / "profile"
        profile.mkdir(parents=True)
        if trusted is not None:
            trust(profile, trusted)
        (profile / "user.js").write_text(
            "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
        )
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [
                *namespace.enter, FIREFOX, "--headless", "--profile", profile,
                "--remote-debugging-port", "0", "--remote-allow-system-access",
            ],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            env=os.environ | {"HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        port = self._port(profile / PORT_FILE)
        self._bidi = BiDi(namespace.connect("127.0.0.1", port), f"127.0.0.1:{port}")
        self._bidi.do("session.subscribe", events=["log.entryAdded"])
        self._bidi.do("script.addPreloadScript", functionDeclaration=f"() => {{ {WATCH} }}")

    def open(self, viewport: dict, origin: str, **options: str) -> FirefoxParty:
        """A page in a window and a profile of its own: a page in the background would be slowed down. `options`: those
        of a party."""
        profile = self._bidi.do("browser.createUserContext")["userContext"]
        context = self._bidi.do("browsingContext.create", type="window", userContext=profile)["context"]
        self._bidi.do("browsingContext.setViewport", context=context, viewport=viewport)
        return FirefoxParty(self._bidi, context, origin, **options)

    @contextlib.contextmanager
    def without(self, lack: str) -> Iterator[None]:
        """Within the block all its pages lack what `WITHOUT` names."""
        self._prefer(WITHOUT[lack])
        try:
            yield
        finally:
            self._prefer({name: PREFERENCES.get(name) for name in WITHOUT[lack]})

    def trust(self, certificate: pathlib.Path) -> None:
        """That of a CA, from now on."""
        self._run(IMPORT, certificate.read_text())

    def close(self) -> None:
        try:
            self._bidi.close()
            self._process.wait(END_SECONDS)
        finally:
            self._process.kill()
            self._process.wait()
            self._log.close()

    def _prefer(self, preferences: dict) -> None:
        self._run(PREFER, json.dumps(preferences))

    def _run(self, function: str, text: str) -> None:
        """In the browser's own window."""
        window = self._bidi.do("browsingContext.getTree", maxDepth=0, **{"moz:scope": "chrome"})["contexts"][0]
        done = self._bidi.do(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"type": "string", "value": text}],
            target={"context": window["context"]},
            awaitPromise=False,
        )
        assert done["type"] == "success", done["exceptionDetails"]["text"]

    def _port(self, file: pathlib.Path) -> int:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return json.loads(file.read_text())["ws_port"]
            except (FileNotFoundError, json.JSONDecodeError):
                assert self._process.poll() is None, f"Firefox ended: {self._process.returncode}"
                assert time.monotonic() < deadline, "Firefox does not listen"
                time.sleep(0.05)
