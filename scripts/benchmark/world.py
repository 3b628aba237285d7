# SPDX-License-Identifier: Apache-2.0
"""A mongod with records, and a simulator with the clouds that they are about."""

import http.client
import json
import os
import pathlib
import re
import shutil
import tempfile
import urllib.parse
from dataclasses import dataclass

from benchmark.machine import ROOT, Children, Failed, cpu_seconds, free_port, output, say

BINARIES = ROOT / ".build" / "static" / "release"


@dataclass(frozen=True)
class Shape:
    """How large a world is."""

    vims: int
    vms: int
    ports: int = 2
    vdus: int = 1
    unwatched: int = 0

    @property
    def watched(self):
        return self.vims * self.vms

    def within(self, vims, vms):
        """The same shape with no more accounts, and no more VMs in each, than so many."""
        return Shape(min(self.vims, vims), min(self.vms, vms), self.ports, self.vdus, min(self.unwatched, 10 * vms))


class World:
    def __init__(self, shape, program=None):
        self.shape = shape
        self.program = program or BINARIES / "vimwatch"
        self.tool = BINARIES / "benchtool"
        self.children = Children()
        self.connection = None

    def __enter__(self):
        for binary in [self.program, self.tool]:
            if not os.access(binary, os.X_OK):
                raise Failed(f"{binary} is not built: run without --no-build")
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="vimwatch-bench-"))
        try:
            self.start_mongod()
            self.start_simulator()
            say("putting records into mongod")
            self.run_tool("seed", "--simulator", self.url, "--vdus", self.shape.vdus, *self.size())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.connection:
            self.connection.close()
        self.children.stop_all()
        shutil.rmtree(self.directory, ignore_errors=True)

    def size(self):
        return ["--vims", self.shape.vims, "--vms", self.shape.vms, "--ports", self.shape.ports,
                "--unwatched", self.shape.unwatched]

    def start_mongod(self):
        mongod = output([ROOT / "scripts" / "with-pip", ROOT / "scripts" / "get-mongod"]).split("\n")[-2]
        data = self.directory / "mongod"
        data.mkdir()
        port = free_port()
        self.uri = f"mongodb://127.0.0.1:{port}/?replicaSet=rs0"
        with open(self.directory / "mongod.log", "w") as log:
            self.mongod = self.children.start(
                [mongod, "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", port, "--dbpath", data,
                 "--nounixsocket", "--setParameter", "diagnosticDataCollectionEnabled=false"],
                stdout=log, stderr=log)
        self.run_tool("initiate", "--port", port)

    def start_simulator(self):
        self.simulator = self.children.start([self.program, "simulate", *self.size(), "--port", 0],
                                             stdout=-1, text=True)
        line = self.simulator.stdout.readline()
        found = re.search(r"http://[^/ ]+", line)
        if not found:
            raise Failed(f"the simulator says: {line!r}")
        self.url = found[0]

    def run_tool(self, *arguments):
        """Runs benchtool and returns what it prints, one value per line."""
        database = [] if arguments[0] == "initiate" else ["--uri", self.uri]
        environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
        return [json.loads(line) for line in output([self.tool, *arguments, *database], env=environment).splitlines()]

    def control(self, path="", body=None, method=None):
        """Asks the simulator, over one connection: there may be a thousand clouds to change."""
        if not self.connection:
            self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc)
        data = None if body is None else json.dumps(body)
        self.connection.request(method or ("GET" if data is None else "POST"), f"/control{path}", data)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise Failed(f"the simulator answers {answer.status}: {text[:500]}")
        return json.loads(text)

    def change(self, count):
        """Changes so many servers, and their ports, evenly over the clouds."""
        each, rest = divmod(count, self.shape.vims)
        for number in range(1, self.shape.vims + 1):
            here = each + (number <= rest)
            if here:
                self.control(f"/vim-{number}/mutate-many", {"kind": "touch", "count": here})

    def requests(self):
        """The requests of each kind so far, by cloud."""
        return {cloud["name"]: cloud["requests"] for cloud in self.control()["clouds"]}

    def counters(self):
        """What everybody counted so far."""
        summary = self.control()
        return {
            "requests": summary["requests"], "http_bytes": summary["bytes"], **self.run_tool("counters")[0],
            "mongod_cpu": cpu_seconds(self.mongod.pid),
        }

    def environment(self, **settings):
        values = {"DATABASE_URI": self.uri, "STATUS_PORT": 0, **settings}
        own = {name: value for name, value in os.environ.items() if not name.startswith("VIMWATCH_")}
        return {**own, **{f"VIMWATCH_{name}": str(value) for name, value in values.items()}}


def difference(after, before):
    return {name: round(after[name] - before[name], 6) for name in after}
