"""A web server on a loopback port that takes POSTs, with the failures that a network has, from a seed."""

from __future__ import annotations

import random
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BEFORE = ("dropped before", "429")  # nothing was taken
FAULTS = (*BEFORE, "500 after", "dropped after", "garbage after")


class Receiver:
    """``taken`` holds ``(path, headers, body)`` of every request that the server took."""

    def __init__(self, seed=0, fault_rate=0.0):
        self.taken, self.chance, self.fault_rate = [], random.Random(seed), fault_rate
        self.status, self.headers, self.fault = 202, {}, ""

    def _fault(self):
        if self.fault:
            return self.fault
        return self.chance.choice(FAULTS) if self.chance.random() < self.fault_rate else ""

    @contextmanager
    def served(self):
        """Serve it; gives its address."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fault = outer._fault()
                if fault == "dropped before":
                    self.close_connection = True
                    return
                status = 429 if fault == "429" else outer.status
                if status < 300:
                    outer.taken.append((self.path, dict(self.headers.items()), body))
                if fault == "dropped after":
                    self.close_connection = True
                    return
                if fault == "garbage after":
                    self.wfile.write(b"\xff\xfe this is no HTTP\r\n\r\n")
                    self.close_connection = True
                    return
                self.send_response(500 if fault == "500 after" else status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/hook?sig=s3cret"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
