# SPDX-License-Identifier: Apache-2.0
"""Questions that need worlds of their own."""

import math
import statistics
import time

from benchmark import measure
from benchmark.machine import Failed, memory
from benchmark.world import Shape, World


def unwatched(options):
    """What servers and ports that nobody watches cost in memory: the same watched VMs without and with them."""
    results, problems, cycles = {}, [], 3
    full = Shape(10, 100, unwatched=10_000)
    shape = full.within(options.vims, options.vms)
    for name, others in [("alone", 0), ("beside", shape.unwatched)]:
        with World(Shape(shape.vims, shape.vms, unwatched=others), options.program) as world:
            first = measure.once(world)["wall"]

            def body(interval):
                with measure.Service(world, interval) as service:
                    service.settle()
                    held = memory(service.process.pid, "VmRSS")
                    return {"steady": [service.measure_cycle(0) for _ in range(cycles)], "held": [held]}

            rows = measure.with_enough_time(measure.steady_interval(world, first), body)
        if not rows["steady"]:
            problems.append(f"unwatched: no steady cycle could be measured ({name})")
            continue
        results[name] = {
            "servers": shape.vims * (shape.vms + others), "cpu": median(rows["steady"], "cpu"),
            "wall": median(rows["steady"], "wall"), "peak_mb": max(row["peak_mb"] for row in rows["steady"]),
            "held_before_mb": rows["held"][0], "held_after_mb": rows["steady"][-1]["held_mb"],
            "http_mb": median(rows["steady"], "http_bytes") / 1e6,
        }
        for row in rows["steady"]:
            if row["vdus_written"] or row["updates"] > 5:
                problems.append(f"unwatched: {row['vdus_written']} VDUs were written ({name})")
    if len(results) == 2:
        if shape.unwatched and results["beside"]["http_mb"] < 2 * results["alone"]["http_mb"]:
            problems.append("unwatched: the unwatched objects were not listed")
        results["more_peak_mb"] = results["beside"]["peak_mb"] - results["alone"]["peak_mb"]
        results["more_held_mb"] = results["beside"]["held_after_mb"] - results["alone"]["held_after_mb"]
    return entry("unwatched", shape, shape == full, results, problems)


def latency(options, seconds=0.2, in_flight=16):
    """How long a cycle of very many small accounts takes when every answer does."""
    full = Shape(1000, 10)
    shape = full.within(options.vims, options.vms)
    problems = []
    with World(shape, options.program) as world:
        interval = math.ceil(shape.vims / in_flight * seconds * 1.5 + 2)

        def body(interval):
            with measure.Service(world, interval, CONCURRENCY_ACCOUNTS=in_flight) as service:
                service.settle()
                world.control("/faults", {"effect": "latency", "seconds": seconds})
                rows = [service.measure_cycle(0) for _ in range(3)]
                world.control("/faults", method="DELETE")
                return {"steady": rows}

        rows = measure.with_enough_time(interval, body)["steady"]
        threads = simulator_threads(world)
    if not rows:
        return entry("latency", shape, False, {}, ["latency: no steady cycle could be measured"])
    # Servers and ports are listed at the same time: what comes one after another is the longer of the two.
    per_account = [row["requests"] / shape.vims for row in rows]
    sequence = median_of(per_account) / 2
    ideal = shape.vims / in_flight * sequence * seconds
    wall = median(rows, "wall")
    if abs(sequence - 1) > 0.01:
        problems.append(f"latency: {median_of(per_account)} requests per account instead of two listings of one page")
    return entry("latency", shape, shape == full, {
        "latency": seconds, "in_flight": in_flight, "requests_in_sequence": sequence, "wall": wall, "ideal": ideal,
        "ratio": wall / ideal, "cpu": median(rows, "cpu"), "simulator_threads": threads,
    }, problems)


def slow_account(options, seconds=30, period=4, periods=8):
    """How often the other accounts are polled while one takes very long for each page."""
    full = Shape(10, 100)
    shape = full.within(options.vims, options.vms)
    if shape.vims < 2:
        raise Failed("slow-account needs two accounts")
    results, problems = {}, []
    with World(shape, options.program) as world:
        for name in ["without", "with"]:
            with measure.Service(world, period) as service:
                service.settle()
                if name == "with":
                    world.control("/faults", {"effect": "latency", "seconds": seconds, "cloud": "vim-1"})
                    service.wait_for_cycle()
                polls = count_polls(world, service, period, periods)
                world.control("/faults", method="DELETE")
            others = [count / periods for cloud, count in polls.items() if cloud != "vim-1"]
            results[name] = {"slow_polls": polls["vim-1"] / periods, "least_polls": min(others),
                             "median_polls": statistics.median(others), "periods": periods, "period": period}
            if name == "with" and polls["vim-1"] > periods * period / seconds + 1:
                problems.append(f"slow account: it answered {polls['vim-1']} polls, so it was not slow")
    return entry("slow-account", shape, shape == full, {"seconds_per_page": seconds, **results}, problems)


def count_polls(world, service, period, periods):
    """How often each cloud's servers were listed in so many periods, counted between two polls."""
    cycle = service.wait_for_cycle()
    # In the middle between the beginnings of two cycles, so that no poll is near.
    begun = cycle.started
    while begun + period / 2 < time.monotonic():
        begun += period
    time.sleep(max(0, begun + period / 2 - time.monotonic()))
    started, before = time.monotonic(), world.requests()
    time.sleep(max(0, started + periods * period - time.monotonic()))
    after = world.requests()
    return {cloud: after[cloud]["servers"] - before[cloud]["servers"] for cloud in after}


def simulator_threads(world):
    """Threads of the simulator: delayed answers must not hold any."""
    with open(f"/proc/{world.simulator.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("Threads:"))


def median(rows, name):
    return median_of([row[name] for row in rows])


def median_of(values):
    return statistics.median(values)


def entry(name, shape, isFullSize, results, problems):
    return {"name": name, "vims": shape.vims, "vms": shape.vms, "ports": shape.ports, "isFullSize": isFullSize,
            "results": results, "problems": problems}


def timed(question):
    def ask(options):
        begun = time.monotonic()
        return {**question(options), "seconds": round(time.monotonic() - begun)}
    return ask


SPECIAL = {name: timed(question) for name, question in [
    ("unwatched", unwatched), ("latency", latency), ("slow-account", slow_account)]}
