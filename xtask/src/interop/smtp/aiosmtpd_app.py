# Three servers of aiosmtpd: SMTP with STARTTLS, SMTP with TLS, and SMTP without either.
# What they accept is stored as it came: N.eml, and then N.json, which says who sent it to whom.
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

STORE, CERTIFICATE, KEY, STARTTLS, TLS, PLAINTEXT, *USERS = sys.argv[1:]
USERS = dict(user.split(":", 1) for user in USERS)
SIZE = 50 * 1024 * 1024


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and USERS.get(data.login.decode()) == data.password.decode()
    return AuthResult(success=known, handled=False)


class Store:
    # Goes on where an earlier one has ended.
    count = len([name for name in os.listdir(STORE) if name.endswith(".json")])
    offered = set()

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        envelope.recipient_options = []
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        user = address.split("@")[0]
        if user == "nosuch":
            return "550 5.1.1 no such user"
        if user == "full":
            return "552 5.2.2 the mailbox is full"
        if user == "grey" and (envelope.mail_from, address) not in self.offered:
            self.offered.add((envelope.mail_from, address))
            return "450 4.2.0 not yet"
        if user == "closing":
            # What comes before is still written.
            asyncio.get_running_loop().call_soon(server.transport.close)
            return "421 4.3.2 the service closes"
        envelope.rcpt_tos.append(address)
        envelope.recipient_options.append(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        Store.count += 1
        name = os.path.join(STORE, str(Store.count))
        with open(name + ".eml", "wb") as file:
            file.write(envelope.original_content)
        told = {
            "from": "" if envelope.mail_from == "<>" else envelope.mail_from,
            "mail": envelope.mail_options,
            "to": envelope.rcpt_tos,
            "rcpt": envelope.recipient_options,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "tls": session.ssl is not None,
        }
        with open(name + ".new", "w") as file:
            json.dump(told, file)
        os.rename(name + ".new", name + ".json")
        return f"250 2.0.0 stored as {Store.count}"


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    handler = Store()
    common = {"enable_SMTPUTF8": True, "data_size_limit": SIZE, "hostname": "localhost"}
    authenticated = {"authenticator": authenticate, **common}
    loop = asyncio.get_running_loop()
    starttls = lambda: SMTP(handler, tls_context=context, **authenticated)
    tls = lambda: SMTP(handler, auth_require_tls=False, **authenticated)
    plaintext = lambda: SMTP(handler, **common)
    servers = [
        await loop.create_server(starttls, "127.0.0.1", int(STARTTLS)),
        await loop.create_server(tls, "127.0.0.1", int(TLS), ssl=context),
        await loop.create_server(plaintext, "127.0.0.1", int(PLAINTEXT)),
    ]
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main())
