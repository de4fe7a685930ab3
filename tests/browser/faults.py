"""What must not happen on any device, whatever a test is about."""

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Request, Response, WebError

_NETWORK = ("net::ERR_", "WebSocket connection to ", "ERR_INTERNET_DISCONNECTED")
_REFUSAL = "the server responded with a status of 4"


class Faults:
    """Listens to a device from its first page on; what is wrong is collected in `found`.

    `network_breaks`: the test breaks the network, so that the browser may complain of it.
    """

    def __init__(self, context: BrowserContext, origin: str, *, network_breaks: bool) -> None:
        self.found: list[str] = []
        self._origin = origin
        self.network_breaks = network_breaks
        self._context = context
        context.on("console", self._take_console)
        context.on("weberror", self._take_error)
        context.on("request", self._take_request)
        context.on("response", self._take_response)
        context.on("dialog", self._take_dialog)

    def stop_listening(self) -> None:
        self._context.remove_listener("console", self._take_console)
        self._context.remove_listener("weberror", self._take_error)
        self._context.remove_listener("request", self._take_request)
        self._context.remove_listener("response", self._take_response)
        self._context.remove_listener("dialog", self._take_dialog)

    def _take_console(self, message: ConsoleMessage) -> None:
        """The browser itself reports violations of the content security policy here."""
        if message.type not in ("error", "warning"):
            return
        is_network = any(sign in message.text for sign in _NETWORK)
        if _REFUSAL in message.text or (is_network and self.network_breaks):
            return
        self.found.append(f"console: {message.text} ({message.location['url']})")

    def _take_error(self, error: WebError) -> None:
        self.found.append(f"uncaught: {error.error}")

    def _take_request(self, request: Request) -> None:
        own = request.url.startswith((f"{self._origin}/", "data:", "blob:"))
        if not own:
            self.found.append(f"asked another server: {request.url}")

    def _take_response(self, response: Response) -> None:
        if response.status >= 500 and not self.network_breaks:
            self.found.append(f"status {response.status}: {response.url}")

    async def _take_dialog(self, dialog: Dialog) -> None:
        self.found.append(f"{dialog.type}: {dialog.message}")
        await dialog.dismiss()
