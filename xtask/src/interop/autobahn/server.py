"""Autobahn's fuzzing server on the loopback address alone, without its web page.

Usage: server.py PORT DIRECTORY

DIRECTORY/cases.json lists the cases of the suite, in the order of the numbers
that clients ask for; reports go to DIRECTORY/reports. For Python 2.7.
"""
import json
import os
import sys

from autobahntestsuite import choosereactor  # picks a reactor; has to come first
from twisted.internet import reactor
from autobahntestsuite.fuzzing import FuzzingServerFactory

port, directory = int(sys.argv[1]), sys.argv[2]
factory = FuzzingServerFactory({
    "url": "ws://127.0.0.1:%d" % port,
    "outdir": os.path.join(directory, "reports"),
    "cases": ["*"],
    "exclude-cases": [],
    "exclude-agent-cases": {},
})
with open(os.path.join(directory, "cases.json"), "w") as cases:
    json.dump(factory.specCases, cases)

reactor.listenTCP(port, factory, backlog=128, interface="127.0.0.1")
reactor.run()
