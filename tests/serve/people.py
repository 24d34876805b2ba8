"""People in Slack who press buttons: over signed HTTP, or over a Socket Mode connection."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def signature(secret, timestamp, body):
    """As docs.slack.dev/authentication/verifying-requests-from-slack computes it."""
    signed = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class HttpDoor:
    """Sends what Slack would send over HTTP, and gives the status of the answer."""

    def __init__(self, port, secret=SECRET):
        self.port, self.secret = port, secret

    def send(self, payload, *, at=None, secret=None, path="/slack/events"):
        body = urlencode({"payload": json.dumps(payload)})
        moment = str(int(time.time()) if at is None else at)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": moment,
            "X-Slack-Signature": signature(secret or self.secret, moment, body),
        }
        return self.raw(body, headers, path=path)

    def raw(self, body, headers, *, path="/slack/events"):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", path, body=body, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()


class SocketDoor:
    """A Socket Mode server of one connection. ``acknowledged`` are the envelopes that the app answered."""

    def __init__(self):
        self.acknowledged, self.sockets, self.url = [], [], ""
        self.numbers = itertools.count()

    def send(self, payload, *, envelope_id=None):
        envelope_id = envelope_id or f"e{next(self.numbers)}"
        envelope = {
            "envelope_id": envelope_id,
            "type": "interactive",
            "accepts_response_payload": True,
            "payload": payload,
        }
        text = json.dumps(envelope)
        eventually(lambda: self.sockets)
        self.loop.add_callback(lambda: self.sockets[-1].write_message(text))
        eventually(lambda: envelope_id in self.acknowledged)
        return 200

    def refresh(self):
        """Ask for a new connection and end this one, as Slack does every few hours."""
        count, old = len(self.sockets), self.sockets[-1]
        self.loop.add_callback(old.write_message, '{"type": "disconnect", "reason": "refresh"}')
        eventually(lambda: len(self.sockets) > count)
        self.loop.add_callback(old.close)

    @contextmanager
    def served(self):
        """Serve it on a loopback port."""
        door, ready = self, threading.Event()

        class Handler(WebSocketHandler):
            def open(self):
                door.sockets.append(self)
                self.write_message('{"type": "hello"}')

            def on_message(self, message):
                door.acknowledged.append(json.loads(message)["envelope_id"])

        def run():
            asyncio.set_event_loop(asyncio.new_event_loop())
            listener, port = bind_unused_port()
            server = HTTPServer(Application([("/", Handler)]))
            server.add_socket(listener)
            door.loop, door.url = IOLoop.current(), f"ws://127.0.0.1:{port}/"
            ready.set()
            door.loop.start()
            server.stop()
            door.loop.close()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            yield self
        finally:
            self.loop.add_callback(self.loop.stop)
            thread.join(10)


class Person:
    """Somebody in the team's Slack, who sees what is posted and presses what is under it."""

    def __init__(self, user_id, slack, door):
        self.user_id, self.slack, self.door = user_id, slack, door

    def press(self, message, action_id, **more):
        """Press a button of a message; what is passed on is what Slack was answered."""
        element = button(message, action_id)
        action = {"action_id": action_id, "type": element["type"], "value": element.get("value")}
        return self._act(message, action, **more)

    def choose(self, message, action_id, value, **more):
        """Choose from the menu of a message."""
        options = [o["value"] for o in button(message, action_id)["options"]]
        assert value in options
        action = {"action_id": action_id, "type": "overflow", "selected_option": {"value": value}}
        return self._act(message, action, **more)

    def _act(self, message, action, **more):
        payload = {
            "type": "block_actions",
            "user": {"id": self.user_id, "team_id": "T0"},
            "team": {"id": "T0"},
            "api_app_id": "A0",
            "container": {"type": "message", "message_ts": message["ts"]},
            "channel": {"id": message["channel"]},
            "message": message,
            "trigger_id": "1.2.3",
            "actions": [action],
        }
        return self.door.send(payload, **more)

    def submit(self, form, values, **more):
        """Send a form with what was put into its fields."""
        view = {**form, "state": {"values": {name: {name: v} for name, v in values.items()}}}
        payload = {
            "type": "view_submission",
            "user": {"id": self.user_id, "team_id": "T0"},
            "team": {"id": "T0"},
            "api_app_id": "A0",
            "view": view,
        }
        return self.door.send(payload, **more)

    def told(self):
        """What only this person was told, oldest first."""
        return [w["text"] for w in self.slack.whispers if w["user"] == self.user_id]


def button(message, action_id):
    """What can be pressed under a message."""
    found = [
        element
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element.get("action_id") == action_id
    ]
    assert found, f"no {action_id} under this message"
    return found[0]


def buttons(message):
    """Ids of everything that can be pressed under a message, the menu's choices among them."""
    found = []
    for block in message["blocks"]:
        for element in block["elements"] if block["type"] == "actions" else ():
            found += [o["value"] for o in element.get("options", ())] or [element["action_id"]]
    return found


def fields(form):
    """What a form asks for, by name."""
    return {b["block_id"]: b["element"] for b in form["blocks"] if b["type"] == "input"}


def answers(form, **chosen):
    """What was chosen in the fields of a form; the others as they came."""
    came = {name: element.get("initial_option") for name, element in fields(form).items()}
    given = came | {name: {"value": value} for name, value in chosen.items()}
    return {name: {"selected_option": option} for name, option in given.items()}


def eventually(true, *, within=30.0):
    """Wait for what another thread does."""
    ends = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.01)
    return found
