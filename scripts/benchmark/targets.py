# SPDX-License-Identifier: Apache-2.0
"""What was asked of the program, what was measured, and whether it is enough."""

from dataclasses import dataclass

from benchmark.figures import Missing, median

# Memory that is allowed whatever is watched, and for each watched VM, in MB.
MEMORY_BASE, MEMORY_PER_VM = 60, 0.0015


@dataclass(frozen=True)
class Outcome:
    what: str
    limit: str
    value: str
    # `None`: not measured in this run, or in a smaller world than the target is about.
    isMet: bool | None


@dataclass(frozen=True)
class Target:
    what: str
    # The cases it is about.
    cases: tuple
    # Given those cases: the value, the limit, and how both are written.
    judge: callable
    # Whether less is better.
    isUpper: bool = True

    def outcome(self, found):
        cases = [found.get(name) for name in self.cases]
        value, limit, form = self.judge(*cases)
        isMet = (value <= limit if self.isUpper else value >= limit) if all(c["isFullSize"] for c in cases) else None
        return Outcome(self.what, ("≤ " if self.isUpper else "≥ ") + form.format(limit), form.format(value), isMet)


def ratio(row, other, figure, limit):
    return lambda case: (median(case, row, figure) / median(case, other, figure), limit, "{:.2f}")


def of_model(row, kind, part):
    def judge(case):
        if not case or not case["model"]:
            raise Missing("the model of the original: pymongo or PyYAML is missing")
        return case["model"][kind]["cpu"] / median(case, row, "cpu"), part, "{:.0f}"
    return judge


def beyond_pages(case):
    pages = median(case, "floor_steady", "requests")
    return median(case, "steady", "requests") - pages + median(case, "steady", "vdus_written"), 0, "{:.0f}"


def cpu_per_vm(large, small):
    def cost(case):
        return median(case, "steady", "cpu") / (case["vims"] * case["vms"])
    return cost(large) / cost(small), 1.3, "{:.2f}"


def memory(case):
    peak = median(case, "steady", "peak_mb")
    return peak, MEMORY_BASE + MEMORY_PER_VM * case["vims"] * case["vms"], "{:.1f} MB"


def result(*path):
    def value(case):
        found = case and case["results"]
        for key in path:
            if not found or key not in found:
                raise Missing(".".join(path))
            found = found[key]
        return found
    return value


def of_result(limit, form, *path):
    return lambda case: (result(*path)(case), limit, form)


def freshness(case):
    return result("with", "least_polls")(case), result("without", "least_polls")(case), "{:.2f} polls per period"


MAIN, READING = ("10x1000",), ("10x1000-reading",)

TARGETS = [
    Target("10,000 VMs, nothing changed: CPU ÷ floor (aim 1.5)", MAIN, ratio("steady", "floor_steady", "cpu", 2)),
    Target("10,000 VMs, nothing changed: CPU of the model ÷ ours", MAIN, of_model("steady", "unchanged", 500), False),
    Target("10,000 VMs, nothing changed: VDUs written, and requests beyond the pages", MAIN, beyond_pages),
    Target("10,000 VMs, all changed: CPU ÷ floor", MAIN, ratio("all_changed", "floor_all_changed", "cpu", 4)),
    Target("10,000 VMs, all changed: CPU of the model ÷ ours", MAIN, of_model("all_changed", "all_changed", 100),
           False),
    Target("the same, all records read: nothing changed, CPU ÷ floor", READING, ratio("steady", "floor_steady", "cpu", 2)),
    Target("the same, all records read: all changed, CPU ÷ floor", READING,
           ratio("all_changed", "floor_all_changed", "cpu", 4)),
    Target("the writer alone: wall ÷ bare loop", MAIN, ratio("writer_ours", "writer_bare", "wall", 1.2)),
    Target("the writer alone: CPU ÷ bare loop", MAIN, ratio("writer_ours", "writer_bare", "cpu", 1.2)),
    Target("10,000 VMs, first cycle after a start: wall ÷ floor", MAIN, ratio("once", "floor_first", "wall", 2)),
    Target("100,000 VMs, nothing changed: CPU per VM ÷ that at 10,000", ("100x1000", "10x1000"), cpu_per_vm),
    Target("10,000 VMs: steady peak memory (60 MB + 1.5 KB per VM)", MAIN, memory),
    Target("100,000 VMs: steady peak memory (60 MB + 1.5 KB per VM)", ("100x1000",), memory),
    Target("100,000 unwatched servers beside 1,000 watched: more peak memory", ("unwatched",),
           of_result(10, "{:.1f} MB", "more_peak_mb")),
    Target("1,000 accounts at 200 ms latency: cycle ÷ ideal", ("latency",), of_result(1.5, "{:.2f}", "ratio")),
    Target("one account with 30 s per page: the others' freshness, as without it", ("slow-account",), freshness,
           False),
]


def outcomes(found):
    """What became of each target, given cases by name; one whose figures are missing is not measured, and says why."""
    result = []
    for target in TARGETS:
        try:
            result.append(target.outcome(found))
        except Missing as missing:
            result.append(Outcome(target.what, "", f"not measured: {missing}", None))
    return result
