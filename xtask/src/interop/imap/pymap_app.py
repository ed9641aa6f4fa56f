"""pymap with all mail in memory, on three ports: TLS from the first byte, STARTTLS, and plaintext.

Arguments: certificate, key, the three ports, then user:password for each user.
"""

import asyncio
import ssl
import sys
from argparse import Namespace
from contextlib import AsyncExitStack

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Identity
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash


def configured(port, tls):
    return Namespace(
        host="127.0.0.1", port=port, cert=CERTIFICATE, key=KEY, tls=tls, debug=False, passlib_cfg=None,
        proxy_protocol=None, demo_data=False, demo_user="nobody", demo_password="nobody",
    )

async def main():
    backend, config = await DictBackend.init(configured(STARTTLS, tls=True), hash_context=HASH)
    config.apply_context()
    for user in USERS:
        name, password = user.split(":")
        hashed = await Passwords(config).hash_password(password)
        await Identity(name, backend.login, None, frozenset()).set(UserMetadata(config, name, password=hashed))
    # Where TLS is not to be negotiated, everything is allowed at once.
    open_config = Config.from_args(configured(PLAINTEXT, tls=False), hash_context=HASH)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    async with AsyncExitStack() as stack:
        await backend.start(stack)
        for port, its_config, tls in [
            (IMAPS, open_config, context), (STARTTLS, config, None), (PLAINTEXT, open_config, None),
        ]:
            reader = ProxyProtocolReader(its_config.proxy_protocol)
            callback = reader.get_callback(IMAPServer(backend.login, its_config))
            await stack.enter_async_context(
                await asyncio.start_server(callback, host="127.0.0.1", port=port, ssl=tls)
            )
        await asyncio.Event().wait()


# Nobody guesses these passwords, so they need not be hard to guess.
HASH = BuiltinHash(rounds=1)
CERTIFICATE, KEY, IMAPS, STARTTLS, PLAINTEXT, *USERS = sys.argv[1:]
asyncio.run(main())
