# SPDX-License-Identifier: Apache-2.0
"""Which sizes are measured, how often, and in which order."""

import contextlib
import time
from dataclasses import dataclass, replace

from benchmark import checks, floor, measure, model
from benchmark.figures import summary
from benchmark.machine import say
from benchmark.world import Shape, World


@dataclass(frozen=True)
class Case:
    """How often each thing is measured in a world of one shape. 0: not at all."""

    name: str
    shape: Shape
    once: int
    steady: int
    some: int
    all: int = 0
    # So many worlds see all changed, each as often: one differs from the next for as long as it lives.
    worlds: int = 1
    writer: int = 0
    with_model: bool = False
    # Whether all records are read in each cycle, as without a replica set.
    reading: bool = False
    note: str = ""


LONG = "all changed is left out: it would take minutes for each cycle"

SIZES = [
    Case("1x1000", Shape(1, 1000), once=5, steady=7, some=3, all=3),
    Case("10x1000", Shape(10, 1000), once=5, steady=7, some=3, all=3, worlds=3, writer=3, with_model=True),
    Case("10x1000-reading", Shape(10, 1000), once=0, steady=7, some=0, all=3, reading=True,
         note="all records are read in each cycle (`reconcile.follow_changes: false`), as without a replica set"),
    Case("10x1000-vdus", Shape(10, 1000, ports=4, vdus=4), once=2, steady=3, some=2,
         note="all changed is measured with one VDU per record"),
    Case("1000x10", Shape(1000, 10), once=3, steady=3, some=2, all=1),
    Case("1x50000", Shape(1, 50_000), once=2, steady=3, some=1, note=LONG),
    Case("100x1000", Shape(100, 1000), once=2, steady=3, some=2, note=LONG),
]

MAIN = "10x1000"


def quick(case):
    """The same, in a few minutes."""
    return replace(case, once=min(2, case.once), steady=3, some=min(1, case.some), all=min(1, case.all),
                   worlds=1, writer=min(1, case.writer))


def run(case, options):
    """Measures one case. Returns its results as the report keeps them."""
    shape = case.shape.within(options.vims, options.vms)
    say(f"{case.name}: {shape.vims} accounts × {shape.vms} VMs")
    modelled, begun = None, time.monotonic()
    with World(shape, options.program) as world:
        least = floor.Floor(world)
        results = {"once": [], "floor_first": []} if case.once else {}
        # The very first cycle of all also writes what is kept of each account from then on.
        first = measure.once(world)["wall"]
        for turn in range(case.once):
            say(f"first cycle, {turn + 1} of {case.once}")
            results["once"].append(measure.once(world))
            results["floor_first"].append(least.first())
        settings = {"RECONCILE_FOLLOW_CHANGES": "false"} if case.reading else {}
        with least.cycles(case.reading) as cycles:
            results |= measure.steady_and_some(world, first, case.steady, case.some, settings, cycles)
        for number in range(case.worlds if case.all else 0):
            with contextlib.ExitStack() as stack:
                ours = stack.enter_context(World(shape, options.program)) if number else world
                beside = stack.enter_context(World(shape, options.program))
                cycles = stack.enter_context(floor.Floor(beside).cycles(case.reading))
                for name, rows in measure.all_changed(ours, case.all, settings, cycles).items():
                    results.setdefault(name, []).extend(rows)
        if case.writer:
            say("the writer beside a bare loop")
            results |= floor.writer(world, case.writer)
        if case.with_model:
            say("a model of the original")
            modelled = model.measure(world)
    problems = checks.problems(shape, results)
    return {
        "name": case.name, "vims": shape.vims, "vms": shape.vms, "ports": shape.ports, "vdus": shape.vdus,
        "isFullSize": shape == case.shape, "note": case.note, "problems": problems, "model": modelled,
        "seconds": round(time.monotonic() - begun),
        "results": {name: summary(rows) for name, rows in results.items() if rows},
    }
