# SPDX-License-Identifier: Apache-2.0
"""The least that any program would have to do (`benchtool floor`), and the writer beside a bare loop."""

import json

from benchmark.machine import load
from benchmark.measure import process
from benchmark.world import difference


class Floor:
    """The floor of one world. What there is to ask for is found out once; it does not change with the objects."""

    def __init__(self, world):
        self.world = world
        self.plan = world.directory / "plan.json"
        world.run_tool("floor", "plan", "--simulator", world.url, "--vims", world.shape.vims, "--plan", self.plan)

    def first(self):
        """A process that starts, connects, logs in, reads and receives everything once, and ends."""
        before = self.world.counters()
        arguments = [self.world.tool, "floor", "first", "--uri", self.world.uri, "--plan", self.plan]
        cost, printed = process(self.world, arguments)
        return {**cost, **json.loads(printed), **difference(self.world.counters(), before)}

    def steady(self, rounds, touch=0, reading=False):
        """Cycles of a running process; with `touch`, so many servers of each cloud change before each of them; with
        `reading`, all tasks and records are read in each."""
        lines = self.world.run_tool(
            "floor", "steady", "--simulator", self.world.url, "--vims", self.world.shape.vims, "--plan", self.plan,
            "--rounds", rounds, "--touch", touch, "--mongod", self.world.mongod.pid, *(["--reading"] if reading else []))
        return [{**line, "requests": line["pages"], "http_bytes": line["page_bytes"], "load": load()}
                for line in lines]


def writer(world, rounds):
    """The same updates sent as the program does, and by a bare loop over libmongoc."""
    lines = world.run_tool("writer", "--simulator", world.url, "--vims", world.shape.vims, "--rounds", rounds,
                           "--touch", world.shape.vms, "--mongod", world.mongod.pid)
    return {f"writer_{name}": [{**line, "load": load()} for line in lines if line["writer"] == name]
            for name in ["ours", "bare"]}
