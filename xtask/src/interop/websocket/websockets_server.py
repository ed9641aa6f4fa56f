"""Echo, and what the cases ask for by path."""

import asyncio
import base64
import http
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import Opcode

BASIC = "Basic " + base64.b64encode("me:geheim: ü".encode()).decode()
closed = asyncio.Queue()


class Noted(Extension):
    """permessage-deflate, with a note of each message: compressed or plain, and how large."""

    name = "permessage-deflate"

    def __init__(self, deflate):
        self.deflate = deflate
        self.received = []
        self.sent = []

    def note(self, notes, frame):
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            notes.append([frame.rsv1, 0])
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            notes[-1][1] += len(frame.data)

    def decode(self, frame, *, max_size=None):
        self.note(self.received, frame)
        return self.deflate.decode(frame, max_size=max_size)

    def encode(self, frame):
        frame = self.deflate.encode(frame)
        self.note(self.sent, frame)
        return frame

    def seen(self):
        """Both lists, without the question that is being answered; and a fresh start."""
        self.received.pop()
        told = [
            " ".join(f"{'c' if compressed else 'p'}{size}" for compressed, size in notes)
            for notes in (self.received, self.sent)
        ]
        self.received.clear()
        return "/".join(told)

    def agreed(self):
        deflate = self.deflate
        return (
            f"{deflate.local_no_context_takeover} {deflate.remote_no_context_takeover}"
            f" {deflate.local_max_window_bits} {deflate.remote_max_window_bits}"
        )


class Factory(ServerPerMessageDeflateFactory):
    """What the query asks for: parameters of the extension, and of the compressor."""

    PARAMETERS = (
        "server_no_context_takeover",
        "client_no_context_takeover",
        "server_max_window_bits",
        "client_max_window_bits",
    )

    def __init__(self, query):
        asked = {}
        for part in filter(None, query.split("&")):
            name, _, value = part.partition("=")
            asked[name] = int(value) if value else True
        parameters = {name: asked.pop(name) for name in self.PARAMETERS if name in asked}
        super().__init__(**parameters, compress_settings=asked)

    def process_request_params(self, params, accepted_extensions):
        params, deflate = super().process_request_params(params, accepted_extensions)
        return params, Noted(deflate)


def process_request(connection, request):
    path, _, query = request.path.partition("?")
    if path == "/deflate":
        connection.protocol.available_extensions = [Factory(query)]
    if request.path == "/missing":
        return connection.respond(http.HTTPStatus.NOT_FOUND, "nothing here\n")
    if request.path == "/moved":
        response = connection.respond(http.HTTPStatus.TEMPORARY_REDIRECT, "elsewhere\n")
        response.headers["Location"] = "/"
        return response
    if request.path == "/private" and request.headers.get("Authorization") != BASIC:
        response = connection.respond(http.HTTPStatus.UNAUTHORIZED, "who are you?\n")
        response.headers["WWW-Authenticate"] = 'Basic realm="private", charset="UTF-8"'
        return response
    return None


def select_subprotocol(connection, offered):
    return next((name for name in offered if name in ("chat", "superchat")), None)


def pieces(message):
    return [message[i : i + 1] for i in range(len(message))]


async def handler(websocket):
    path = websocket.request.path
    if path == "/closed":
        await websocket.send(await closed.get())
    try:
        async for message in websocket:
            if path == "/close":
                code, _, reason = message.partition(" ")
                await websocket.close(int(code), reason)
            elif path == "/fragments":
                await websocket.send(pieces(message))
            elif message == "agreed?":
                await websocket.send(websocket.protocol.extensions[0].agreed())
            elif message == "seen?":
                noted = websocket.protocol.extensions[0]
                await websocket.send(noted.seen())
                noted.sent.clear()
            elif message == "in pieces":
                message = await websocket.recv()
                await websocket.send([message[i : i + 1000] for i in range(0, len(message), 1000)])
            else:
                await websocket.send(message)
    except ConnectionClosed:
        # For the library, most codes are errors.
        pass
    if path == "/tell":
        await closed.put(f"{websocket.close_code} {websocket.close_reason}")


async def main():
    async with serve(
        handler,
        "127.0.0.1",
        int(sys.argv[1]),
        compression=None,
        process_request=process_request,
        select_subprotocol=select_subprotocol,
    ) as server:
        await server.serve_forever()


asyncio.run(main())
