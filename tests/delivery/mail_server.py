"""A small SMTP server on a loopback port, which fails where a test or a seed says."""

from __future__ import annotations

import random
import socketserver
import threading
from contextlib import contextmanager

PLACES = ("connect", "mail", "rcpt", "data", "after data", "after all")


class MailServer:
    """``inbox`` holds ``(recipient, bytes)`` of every mail that the server took."""

    def __init__(self, seed=0, fault_rate=0.0):
        self.inbox, self.chance, self.fault_rate = [], random.Random(seed), fault_rate
        self.answers: dict[str, str] = {}  # place -> another answer; "" drops the connection

    def answer(self, place, usual):
        if place in self.answers:
            return self.answers[place]
        if self.chance.random() < self.fault_rate:
            return self.chance.choice(["", "451 later"])
        return usual

    @contextmanager
    def served(self):
        """Serve it; gives its port."""
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                outer.talk(self.rfile, self.wfile)

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def talk(self, lines, out):
        def say(text):
            out.write(text.encode() + b"\r\n")
            return bool(text)

        recipient = ""
        going = self._said(say, "connect", "220 here")
        while going and (line := lines.readline()):
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.split(b"<")[1].split(b">")[0].decode()
            if verb == b"DATA":
                going = self._take(say, lines, recipient)
            else:
                place = {b"MAIL": "mail", b"RCPT": "rcpt"}.get(verb)
                going = self._said(say, place, "250 ok") if place else say("250 ok")

    def _said(self, say, place, usual):
        answer = self.answer(place, usual)
        return say(answer) if answer else False

    def _take(self, say, lines, recipient):
        answer = self.answer("data", "354 go on")
        if not answer.startswith("354"):
            return bool(answer) and say(answer)
        say(answer)
        mail = b""
        for line in lines:
            if line == b".\r\n":
                break
            mail += line[1:] if line.startswith(b"..") else line
        before = self.answer("after data", "250 ok")
        if not before.startswith("250"):
            return bool(before) and say(before)
        self.inbox.append((recipient, mail))
        last = self.answer("after all", "250 taken")
        # once the mail is taken, only the answer can be lost
        return say("250 taken") if last else False
