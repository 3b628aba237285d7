# SPDX-License-Identifier: Apache-2.0
"""The program, watched from outside: one process that runs one cycle, and the cycles of the running service."""

import json
import math
import os
import queue
import re
import subprocess
import threading
import time

from benchmark.machine import Failed, cpu_seconds, forget_peak, load, memory, say
from benchmark.world import difference

# Longest wait for the end of a cycle, in seconds.
PATIENCE = 900
# What the log's times are rounded to, and then some.
ROUNDING = 0.05


def process(world, arguments, **keywords):
    """Runs a process from its start to its end. Returns what it cost, and what it printed."""
    started = time.monotonic()
    child = world.children.start(arguments, stdout=subprocess.PIPE, text=True, **keywords)
    printed = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    world.children.stop(child)
    if child.returncode != 0:
        raise Failed(f"{' '.join(str(word) for word in arguments)} ended with {child.returncode}: {printed[:2000]}")
    cost = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss * 1024 / 1e6}
    return {**cost, "load": load()}, printed


def once(world):
    """The first cycle after a start: `run --once`, the whole process."""
    before = world.counters()
    cost, printed = process(world, [world.program, "run", "--once", "--output", "json"], env=world.environment())
    summary = json.loads(printed)
    return {**cost, "vdus_written": summary["vdus_written"], "pages": summary["pages"],
            "page_bytes": summary["bytes_listed"], **difference(world.counters(), before)}


class Cycle:
    """A cycle as the log tells it."""

    def __init__(self, seconds, vms, written, line):
        self.seconds, self.vms, self.written, self.line = seconds, vms, written, line
        self.started = time.monotonic() - seconds
        self.isQuiet = written == 0 and "still being asked" not in line


class Service:
    """The running service; its log tells when a cycle has ended."""

    def __init__(self, world, interval, **settings):
        self.world, self.interval, self.settings = world, interval, settings

    def __enter__(self):
        self.cycles = queue.Queue()
        self.process = self.world.children.start(
            [self.world.program, "run"], stderr=subprocess.PIPE, text=True,
            env=self.world.environment(POLL_INTERVAL=self.interval, POLL_SPREAD=0, **self.settings))
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        return self

    def __exit__(self, *_):
        self.world.children.stop(self.process)
        self.reader.join(10)

    def read_log(self):
        for line in self.process.stderr:
            if " wrote " not in line or "cycle " not in line:
                self.heed(line)
                continue
            found = re.search(r"cycle \d+ in ([\d.,]+) s,.* (\d+) VMs, wrote (\d+) VDUs", line)
            if found:
                self.cycles.put(Cycle(float(found[1].replace(",", "")), int(found[2]), int(found[3]), line))
        self.cycles.put(None)

    def heed(self, line):
        # That a cycle takes longer than its period is seen in the measurements, and named there.
        if re.search(" (WARNING|ERROR|CRITICAL) ", line) and "longer than" not in line and "still being" not in line:
            say(line.rstrip())

    def wait_for_cycle(self):
        try:
            cycle = self.cycles.get(timeout=PATIENCE)
        except queue.Empty:
            raise Failed(f"no cycle ended within {PATIENCE} s") from None
        if cycle is None:
            raise Failed("the service ended")
        if "read-only" in cycle.line:
            raise Failed(f"another instance is the writer: {cycle.line}")
        return cycle

    def settle(self):
        """Waits until everything has been compared and is known: the first cycle, however many periods it takes, and
        one more. Returns the first one's seconds."""
        first = self.wait_for_cycle()
        cycle = self.wait_for_cycle()
        while not cycle.isQuiet:
            cycle = self.wait_for_cycle()
        return first.seconds

    def measure_cycle(self, expected):
        """The next cycle, from the end of the one before it. `None` if it cannot be told from its neighbours, if it did
        not ask about all VMs, or if it did not write as many VDUs as expected: then changes came while one was under
        way."""
        pid = self.process.pid
        # What is given back after the line of the log belongs to the cycle before.
        time.sleep(0.1)
        while not self.cycles.empty():
            self.wait_for_cycle()
        before, cpu, begun = self.world.counters(), cpu_seconds(pid), time.monotonic()
        forget_peak(pid)
        cycle = self.wait_for_cycle()
        time.sleep(0.1)
        row = {
            "wall": cycle.seconds, "cpu": cpu_seconds(pid) - cpu, "vdus_written": cycle.written, "load": load(),
            "window": time.monotonic() - begun,
            "peak_mb": memory(pid, "VmHWM"), "held_mb": memory(pid, "VmRSS"),
            **difference(self.world.counters(), before),
        }
        isWhole = cycle.vms == self.world.shape.watched and cycle.written == expected
        if cycle.started + ROUNDING >= begun and isWhole and self.cycles.empty():
            return row
        say(f"not counted: a cycle of {cycle.seconds} s, {cycle.vms} VMs, that wrote {cycle.written} VDUs instead of {expected}")
        return None


def with_enough_time(interval, body):
    """Repeats a measurement with longer periods if more than half of its cycles could not be told apart."""
    for _ in range(3):
        results = body(interval)
        if all(enough(rows) for rows in results.values()):
            break
        interval *= 2
        say(f"once more, with a period of {interval} s")
    return {name: [row for row in rows if row] for name, rows in results.items()}


def enough(rows):
    return 2 * sum(row is not None for row in rows) >= len(rows)


def steady_interval(world, first):
    """Seconds that are enough for a cycle in which little changes, given the wall time of the first one."""
    return max(2, math.ceil(first * 0.5 + 1 + world.shape.vims * 0.002))


def change(service, rows, name, count, turns):
    """Measures cycles after so many VMs have changed, and the cycles after those."""
    for _ in range(turns):
        say(f"{name}, one cycle in {service.interval} s")
        service.world.change(count)
        rows[name].append(service.measure_cycle(count))
        rows[f"after_{name}"].append(service.measure_cycle(0))


def steady_and_some(world, first, cycles, turns, settings, least):
    """Cycles in which nothing has changed, in turns with the floor's; cycles in which 1 % has, and those after them."""
    count = max(1, world.shape.watched // 100)
    steady, floor = [], []

    def measure(interval):
        rows = {"steady": steady, "floor_steady": floor} | ({"some_changed": [], "after_some_changed": []} if turns else {})
        with Service(world, interval, **settings) as service:
            service.settle()
            # Only as long as nothing has changed are the bytes those that the floor receives.
            if not steady or not enough(steady):
                say(f"{cycles} steady cycles, one in {interval} s, in turns with the floor's")
                steady.clear()
                floor.clear()
                for _ in range(cycles):
                    steady.append(service.measure_cycle(0))
                    floor.append(least.measure_cycle())
                if not enough(steady):
                    return rows
            change(service, rows, "some_changed", count, turns)
        return rows

    return with_enough_time(steady_interval(world, first), measure)


def all_changed(world, turns, settings, least):
    """Cycles in which everything has changed, and the cycles after those, in turns with the floor's.

    - least: the floor in a world of its own, since it changes and writes the same.
    """
    count, floor = world.shape.watched, []

    def measure(interval):
        rows = {"all_changed": [], "after_all_changed": [], "floor_all_changed": floor}
        with Service(world, interval, **settings) as service:
            service.settle()
            for _ in range(turns):
                change(service, rows, "all_changed", count, 1)
                say("the floor, all changed")
                floor.append(least.measure_cycle(touch=world.shape.vms))
        return rows

    # The floor's first cycle is none of its measurements: it says how long one takes.
    wall = least.measure_cycle(touch=world.shape.vms)["wall"]
    return with_enough_time(max(3, math.ceil(wall * 3.2 + 1 + world.shape.vims * 0.002)), measure)
