"""Enough of Slack's Web API on a loopback port, with the failures that a network has, from a seed."""

from __future__ import annotations

import json
import random
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_BEFORE = ("dropped before", "429", "500", "garbage")  # the work is not done
_ANSWERS = {
    "429": (429, b'{"ok":false,"error":"ratelimited"}', {"Retry-After": "1"}),
    "500": (500, b"<html>oops</html>"),
    "garbage": (200, b"<html>a proxy's login page</html>"),
    "500 after": (500, b'{"ok":false,"error":"internal_error"}'),
    "garbage after": (200, b"\xff\xfe not json"),
}
FAULTS = (*_ANSWERS, "dropped before", "dropped after")


class SlackWorkspace:
    """Channels with messages, in the order in which they arrived."""

    def __init__(self, seed: int = 0, fault_rate: float = 0.0, faults: tuple[str, ...] = FAULTS):
        self.chance = random.Random(seed)
        self.fault_rate, self.faults = fault_rate, faults
        self.messages: list[dict] = []
        self.files: dict[str, dict] = {}
        self.calls: list[str] = []
        self.refusals: dict[str, dict] = {}  # method -> what it answers
        self.refused_blocks: set[str] = set()  # types of block that are invalid
        self.whispers: list[dict] = []  # what one person alone was told
        self.forms: list[dict] = []  # modals that were opened
        self.socket_url = ""  # where Socket Mode connects to
        self.clock = lambda: 1_790_000_000.0  # seconds; a message's ``ts`` is never before it
        self._uploads = 0

    def roots(self, channel):
        return [m for m in self.messages if m["channel"] == channel and "thread_ts" not in m]

    def thread(self, root):
        return [m for m in self.messages if m.get("thread_ts") == root["ts"]]

    def fault(self) -> str:
        """What goes wrong with this call; mostly nothing."""
        fails = self.chance.random() < self.fault_rate
        return self.chance.choice(self.faults) if fails else ""

    def answer(self, method: str, arguments: dict, port: int) -> dict:
        self.calls.append(method)
        if method in self.refusals:
            return self.refusals[method]
        return getattr(self, method.replace(".", "_"))(arguments, port)

    def chat_postMessage(self, given, port):
        if self._invalid(given):
            return {"ok": False, "error": "invalid_blocks"}
        root = given.get("thread_ts")
        if root and root not in {m["ts"] for m in self.messages}:
            return {"ok": False, "error": "thread_not_found"}
        seconds = max(int(self.clock()), *(int(float(m["ts"])) + 1 for m in self.messages[-1:]), 0)
        ts = f"{seconds}.000{len(self.messages):03d}"
        self.messages.append({**given, "ts": ts, "edits": 0})
        return {"ok": True, "ts": ts, "channel": given["channel"]}

    def chat_update(self, given, port):
        if self._invalid(given):
            return {"ok": False, "error": "invalid_blocks"}
        for message in self.messages:
            if message["ts"] == given["ts"] and message["channel"] == given["channel"]:
                message.update(given, edits=message["edits"] + 1)
                return {"ok": True, "ts": given["ts"]}
        return {"ok": False, "error": "message_not_found"}

    def conversations_history(self, given, port):
        found = [
            m
            for m in self.roots(given["channel"])
            if float(given["oldest"]) <= float(m["ts"]) <= float(given.get("latest", "inf"))
        ]
        return self._page(found[::-1], given)

    def conversations_replies(self, given, port):
        here = [m for m in self.messages if m["channel"] == given["channel"]]
        return self._page([m for m in here if given["ts"] in (m["ts"], m.get("thread_ts"))], given)

    def conversations_open(self, given, port):
        return {"ok": True, "channel": {"id": f"D{given['users']}"}}

    def auth_test(self, given, port):
        return {"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": "T0", "team": "acme"}

    def apps_connections_open(self, given, port):
        return {"ok": True, "url": self.socket_url}

    def chat_postEphemeral(self, given, port):
        self.whispers.append(given)
        return {"ok": True, "message_ts": "1.0"}

    def views_open(self, given, port):
        view = given["view"]
        self.forms.append(json.loads(view) if isinstance(view, str) else view)
        return {"ok": True, "view": {"id": "V1"}}

    def files_getUploadURLExternal(self, given, port):
        self._uploads += 1
        file_id = f"F{self._uploads}"
        self.files[file_id] = {"name": given["filename"], "length": int(given["length"])}
        return {
            "ok": True,
            "file_id": file_id,
            "upload_url": f"http://127.0.0.1:{port}/upload/{file_id}",
        }

    def files_completeUploadExternal(self, given, port):
        files = json.loads(given["files"]) if isinstance(given["files"], str) else given["files"]
        for file in files:
            assert len(self.files[file["id"]]["content"]) == self.files[file["id"]]["length"]
            self.files[file["id"]]["complete"] = "channel_id" not in given
        return {"ok": True, "files": files}

    def _invalid(self, given):
        blocks = given["blocks"]
        shown = {b["slack_file"]["id"] for b in blocks if b["type"] == "image"}
        missing = any(not self.files.get(file, {}).get("complete") for file in shown)
        return missing or any(block["type"] in self.refused_blocks for block in blocks)

    @staticmethod
    def _page(found, given):
        """Two messages a page, so that every search turns pages."""
        start = int(given.get("cursor") or 0)
        more = str(start + 2) if start + 2 < len(found) else ""
        shown = found[start : start + 2]
        if not given.get("include_all_metadata"):
            shown = [{k: v for k, v in m.items() if k != "metadata"} for m in shown]
        return {"ok": True, "messages": shown, "response_metadata": {"next_cursor": more}}

    @contextmanager
    def served(self):
        """Serve it; gives the address of its API."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/api/"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(workspace: SlackWorkspace):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = workspace.fault()
            done = b"" if fault in _BEFORE else self._done(urlsplit(self.path).path, body)
            if fault.startswith("dropped"):
                self._drop()
            else:
                self._say(*_ANSWERS.get(fault, (200, done)))

        def _done(self, path, body):
            if path.startswith("/upload/"):
                workspace.files[path.rsplit("/", 1)[1]]["content"] = body
                return b"OK"
            if "json" in self.headers.get("Content-Type", ""):
                given = json.loads(body or b"{}")
            else:
                given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            port = self.server.server_address[1]
            return json.dumps(workspace.answer(path.rsplit("/", 1)[1], given, port)).encode()

        def _say(self, status, body, headers=None):
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _drop(self):
            self.close_connection = True
            self.connection.close()
            self.rfile.close()

    return Handler
