# SPDX-License-Identifier: Apache-2.0
"""The least that any program would have to do (`benchtool floor`), and the writer beside a bare loop."""

import json
import subprocess

from benchmark.machine import Failed, load
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

    def cycles(self, reading=False):
        """Cycles of a running process; with `reading`, all tasks and records are read in each."""
        return Cycles(self, reading)


class Cycles:
    """The floor as a process that runs for long, one cycle whenever it is asked for."""

    def __init__(self, floor, reading):
        self.world, self.plan, self.reading = floor.world, floor.plan, reading

    def __enter__(self):
        world = self.world
        self.process = world.children.start(
            [world.tool, "floor", "steady", "--uri", world.uri, "--simulator", world.url, "--vims", world.shape.vims,
             "--plan", self.plan, "--mongod", world.mongod.pid, *(["--reading"] if self.reading else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self.world.children.stop(self.process)

    def measure_cycle(self, touch=0):
        """The next cycle; with `touch`, after so many servers of each cloud have changed."""
        try:
            self.process.stdin.write(f"{touch}\n")
            self.process.stdin.flush()
            row = json.loads(self.process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError) as error:
            raise Failed("the floor ended: see above") from error
        return {**row, "requests": row["pages"], "http_bytes": row["page_bytes"], "load": load()}


def writer(world, rounds):
    """The same updates sent as the program does, and by a bare loop over libmongoc."""
    lines = world.run_tool("writer", "--simulator", world.url, "--vims", world.shape.vims, "--rounds", rounds,
                           "--touch", world.shape.vms, "--mongod", world.mongod.pid)
    return {f"writer_{name}": [{**line, "load": load()} for line in lines if line["writer"] == name]
            for name in ["ours", "bare"]}
