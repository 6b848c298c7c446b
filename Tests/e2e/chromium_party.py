"""One person at one page of Chromium."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, TimeoutError

from party import SCREENSHOTS, STEP_MS, WATCH, Party


class ChromiumParty(Party):
    browser = "chromium"

    def __init__(
        self, context: BrowserContext, origin: str, path: str = "", before: str = "", tolerated: str = "$^"
    ):
        super().__init__(origin, tolerated)
        self._complaints: list[str] = []
        context.add_init_script(before)
        context.add_init_script(WATCH)
        self.page = context.new_page()
        self.page.set_default_timeout(STEP_MS)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self._complaints.append(str(error)))
        self._arrive(origin + path)

    def _arrive(self, url: str) -> None:
        """Opens the page, if need be twice, as people do: a browser that learns of a new network while it loads a page
        may drop it, or wait for what does not come."""
        try:
            self.page.goto(url, timeout=STEP_MS / 2)
        except Error as error:
            if not isinstance(error, TimeoutError) and "ERR_NETWORK_CHANGED" not in error.message:
                raise
            self.page.goto(url)

    # What they do.

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def click(self, selector: str) -> None:
        self.page.click(selector)

    def fill(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)

    def choose(self, selector: str, value: str) -> None:
        self.page.select_option(selector, value)

    def type_keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def open(self, url: str) -> None:
        self.page.goto(url)

    def _reload(self) -> None:
        self.page.reload()

    def leave(self) -> None:
        self.page.context.close()

    # What they see.

    def evaluate(self, function: str, *arguments):
        return self.page.evaluate(f"(given) => ({function})(...given)", arguments)

    def wait_for(self, function: str, *arguments, patience_ms: float = STEP_MS) -> None:
        try:
            self.page.wait_for_function(f"(given) => ({function})(...given)", arg=arguments, timeout=patience_ms)
        except TimeoutError:
            raise AssertionError(self._too_late(f"{function} {arguments}")) from None

    def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    # What the browser complains of.

    @property
    def complaints(self) -> list[str]:
        return self._complaints

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._is_tolerated(message.text):
            self._complaints.append(f"{message.text} {message.location['url']}")
