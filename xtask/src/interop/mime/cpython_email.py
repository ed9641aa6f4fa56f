"""Reads messages, one a line in base64, and writes what `email` sees of each as JSON, one a line.

The facts have the names that the Rust side gives them. Structure, bodies and parameters are asked
of the policy `compat32` where that one decodes octets exactly, everything else of `default`.
"""

import base64
import email
import email.headerregistry
import email.policy
import email.utils
import json
import sys


def mailbox(address):
    return f"[{address.display_name}|{address.username}@{address.domain}]"


def addresses(message, name):
    found = []
    for field in message.get_all(name, []):
        for group in field.groups:
            members = ",".join(mailbox(address) for address in group.addresses)
            if group.display_name is None:
                found.append(members)
            else:
                found.append(f"{group.display_name}:{members};")
    return ",".join(found)


def digest(octets):
    value = 0xCBF29CE484222325
    for octet in octets:
        value = (value ^ octet) * 0x00000100000001B3 % 2**64
    return f"{len(octets)} octets, {value:016x}"


def parameters(field):
    params = getattr(field, "params", {})
    return "; ".join(f"{name}={value}" for name, value in sorted(params.items()))


def header(message, name, facts):
    facts[f"{name} subject"] = str(message["subject"] or "")
    for field in ("from", "sender", "reply-to", "to", "cc", "bcc"):
        facts[f"{name} {field}"] = addresses(message, field)
    date = message["date"]
    try:
        moment = date.datetime if date is not None else None
    except AttributeError:
        moment = None
    facts[f"{name} date"] = "" if moment is None else str(int(moment.timestamp()))
    facts[f"{name} message-id"] = str(message["message-id"] or "").strip()


def walk(new, old, section, is_root, facts):
    multipart = new.is_multipart() and new.get_content_maintype() == "multipart"
    dotted = lambda number: f"{section}.{number}" if section else str(number)
    own = section
    if is_root and not multipart:
        own = dotted(1)
    elif is_root and section:
        own = f"{section} inside"
    facts[f"{own} type"] = new.get_content_type()
    facts[f"{own} parameters"] = parameters(new["content-type"])
    disposition = new["content-disposition"]
    kind = "" if disposition is None else f"{disposition.content_disposition} {parameters(disposition)}"
    facts[f"{own} disposition"] = kind
    if multipart:
        for number, pair in enumerate(zip(new.iter_parts(), old.get_payload()), 1):
            walk(*pair, dotted(number), False, facts)
        return
    facts[f"{own} description"] = str(new["content-description"] or "")
    facts[f"{own} id"] = str(new["content-id"] or "").strip()
    if new.get_content_type() in ("message/rfc822", "message/global") and new.is_multipart():
        inner, inner_old = new.get_payload(0), old.get_payload(0)
        header(inner, f"{own} header", facts)
        walk(inner, inner_old, own, True, facts)
        return
    if new.get_content_maintype() == "message":
        # It takes every such body for a message, and keeps no octets of it.
        return
    facts[f"{own} body"] = digest(old.get_payload(decode=True) or b"")
    if new.get_content_maintype() == "text":
        try:
            text = new.get_content()
        except (LookupError, KeyError):
            text = None
        facts[f"{own} text"] = "unknown charset" if text is None else digest(text.encode("utf-8", "replace"))


for line in sys.stdin:
    octets = base64.b64decode(line)
    new = email.message_from_bytes(octets, policy=email.policy.default)
    old = email.message_from_bytes(octets, policy=email.policy.compat32)
    facts = {}
    header(new, "header", facts)
    walk(new, old, "", True, facts)
    print(json.dumps(facts), flush=True)
