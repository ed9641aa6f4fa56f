"""Echo, and what the cases ask for by path."""

import asyncio
import base64
import http
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

BASIC = "Basic " + base64.b64encode("me:geheim: ü".encode()).decode()
closed = asyncio.Queue()


def process_request(connection, request):
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
