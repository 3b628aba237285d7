# SPDX-License-Identifier: Apache-2.0
"""All figures of a run, as JSON for programs and as Markdown for people."""

import json

from benchmark import machine, plot, targets
from benchmark.figures import Missing, median, spread

TITLES = {
    "once": "first cycle after a start (`run --once`, whole process)",
    "floor_first": "— floor: start, log in, read and receive once",
    "steady": "nothing changed",
    "floor_steady": "— floor: receive pages, read documents",
    "some_changed": "1 % changed",
    "after_some_changed": "cycle after that",
    "all_changed": "all changed",
    "after_all_changed": "cycle after that",
    "floor_all_changed": "— floor: the same, and the same updates",
    "writer_ours": "the writer alone: as the program sends",
    "writer_bare": "the writer alone: bare libmongoc loop",
}

AGAINST = [("steady", "floor_steady"), ("once", "floor_first"), ("all_changed", "floor_all_changed"),
           ("writer_ours", "writer_bare")]

COLUMNS = ["cycle", "CPU s (spread)", "wall s (spread)", "mongod CPU s", "peak MB", "requests", "HTTP MB",
           "find / getMore / update", "documents read", "updates", "repeats"]


class Report:
    def __init__(self):
        self.sizes, self.specials = [], []
        self.isComplete = False
        self.machine, self.commit = machine.describe(), machine.commit()

    @property
    def cases(self):
        return {case["name"]: case for case in self.sizes + self.specials}

    def problems(self):
        found = [f"{case['name']}: {problem}" for case in self.cases.values() for problem in case["problems"]]
        if self.isComplete:
            # A run of everything has to have measured everything.
            found += [f"{outcome.what}: {outcome.value}" for outcome in targets.outcomes(self.cases)
                      if outcome.value.startswith("not measured") and "pymongo" not in outcome.value]
        return found

    def write(self, path):
        """PATH.json, PATH.md and, once there is something to draw, PATH.svg. Nothing without a path."""
        if path is None:
            return
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".json").write_text(self.json())
        path.with_suffix(".md").write_text(self.markdown(f"{path.name}.svg"))
        if plot.drawable(self.sizes):
            path.with_suffix(".svg").write_text(plot.draw(self.sizes))

    def json(self):
        """One line for each row of figures."""
        report = {
            "commit": self.commit, "machine": self.machine, "isComplete": self.isComplete,
            "figures": "[median, least, most]", "sizes": self.sizes, "specials": self.specials,
            "targets": [vars(outcome) for outcome in targets.outcomes(self.cases)], "problems": self.problems(),
        }
        return compact(report) + "\n"

    def markdown(self, drawing=None):
        parts = [self.head(), self.targets_table()]
        if drawing and plot.drawable(self.sizes):
            parts.append(f"## How cost grows\n\n![CPU per cycle by number of VMs]({drawing})\n")
        parts += [size_section(case) for case in self.sizes]
        if self.sizes:
            parts.append(memory_table(self.sizes))
        parts += [SPECIAL[case["name"]](case) for case in self.specials if case["results"]]
        problems = self.problems()
        if problems:
            parts.append("## Not comparable\n\n" + "".join(f"- {problem}\n" for problem in problems))
        return "\n".join(parts)

    def head(self):
        described = self.machine
        loads = [case["results"][row]["load"] for case in self.sizes for row in case["results"]]
        shared = (f"; load average {min(load[1] for load in loads)} to {max(load[2] for load in loads)}" if loads else "")
        return (
            f"# Measurements\n\n{described['cores']} cores ({described['cpu']}), {described['memory_gib']} GiB, Linux"
            f" {described['kernel']}; commit {self.commit}. Program, mongod and simulator share the machine{shared}."
            " Medians, in brackets the least and the most. MB are 10⁶ bytes; HTTP bytes are those of bodies.\n")

    def targets_table(self):
        lines = ["## Targets", "", "| what | asked | measured | met |", "|---|---|---|---|"]
        for outcome in targets.outcomes(self.cases):
            met = {True: "yes", False: "**no**", None: "—"}[outcome.isMet]
            lines.append(f"| {outcome.what} | {outcome.limit} | {outcome.value} | {met} |")
        return "\n".join(lines) + "\n"


def shape(case):
    vdus = f", {case['vdus']} VDUs per VNF record" if "vdus" in case else ""
    return f"{case['vims']:,} accounts × {case['vms']:,} VMs × {case['ports']} ports per VM{vdus}"


def size_section(case):
    lines = [f"## {case['name']}: {shape(case)}", "", f"| {' | '.join(COLUMNS)} |",
             f"|---|{'---:|' * (len(COLUMNS) - 1)}"]
    lines += [f"| {' | '.join(cells(case, name))} |" for name in TITLES if name in case["results"]]
    if case["note"]:
        lines += ["", case["note"][0].upper() + case["note"][1:] + "."]
    pairs = [(ours, least) for ours, least in AGAINST if ours in case["results"] and least in case["results"]]
    if pairs:
        lines += ["", "| against the floor | CPU: ours ÷ floor | ours − floor | wall: ours ÷ floor | ours − floor |",
                  "|---|---:|---:|---:|---:|"]
        for ours, least in pairs:
            numbers = []
            for figure in ["cpu", "wall"]:
                mine, floor = median(case, ours, figure), median(case, least, figure)
                numbers += [f"{mine / floor:.2f}" if floor else "—", f"{mine - floor:.3f} s"]
            lines.append(f"| {TITLES[ours]} | {' | '.join(numbers)} |")
    if case["model"]:
        lines += ["", model_text(case)]
    return "\n".join(lines) + "\n"


def cells(case, name):
    def number(figure, form="{:,.0f}"):
        try:
            return form.format(median(case, name, figure))
        except Missing:
            return ""

    def with_spread(figure):
        low, high = spread(case, name, figure)
        return f"{median(case, name, figure):.3f} ({low:.3f}–{high:.3f})"

    http = number("http_bytes")
    return [
        TITLES[name], with_spread("cpu"), with_spread("wall"), number("mongod_cpu", "{:.2f}"), number("peak_mb"),
        number("requests") if http else number("pages"),
        f"{median(case, name, 'http_bytes') / 1e6:.1f}" if http else "",
        f"{number('finds')} / {number('get_mores')} / {number('update_commands')}", number("documents_returned"),
        number("updates"), str(case["results"][name]["repeats"]),
    ]


def model_text(case):
    model = case["model"]
    texts = [f"{name.replace('_', ' ')}: {model[name]['cpu']:.0f} s CPU, {model[name]['wall']:.0f} s wall"
             for name in ["unchanged", "all_changed"]]
    return (f"A **model** of OSM's own monitor (its steps, not its code: Python, pure-Python PyYAML, pymongo; one"
            f" `find_one` and YAML of server and ports per VM, up to three `update_many` where all changed; fetching and"
            f" comparing left out), measured on {model['sample']} VMs and scaled to {model['vms']:,}: {'; '.join(texts)}.")


def memory_table(sizes):
    lines = ["## Memory and CPU per watched VM, nothing changed", "",
             "| case | VMs | peak MB | KB per VM beyond 60 MB | CPU µs per VM | floor µs per VM |",
             "|---|---:|---:|---:|---:|---:|"]
    for case in sizes:
        vms = case["vims"] * case["vms"]
        if "steady" not in case["results"] or "floor_steady" not in case["results"]:
            continue
        peak = median(case, "steady", "peak_mb")
        lines.append(
            f"| {case['name']} | {vms:,} | {peak:.0f} | {max(0, peak - targets.MEMORY_BASE) * 1000 / vms:.2f} |"
            f" {median(case, 'steady', 'cpu') * 1e6 / vms:.0f} | {median(case, 'floor_steady', 'cpu') * 1e6 / vms:.0f} |")
    return "\n".join(lines) + "\n"


def unwatched_text(case):
    lines = [f"## unwatched: {shape(case)}, and others that nobody watches", "",
             "| | servers | steady peak MB | held MB before | held MB after | CPU s | wall s | HTTP MB |",
             "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for name in ["alone", "beside"]:
        row = case["results"].get(name)
        if row:
            title = {"alone": "watched only", "beside": "with the unwatched"}[name]
            lines.append(f"| {title} | {row['servers']:,} | {row['peak_mb']:.1f} | {row['held_before_mb']:.1f} |"
                         f" {row['held_after_mb']:.1f} | {row['cpu']:.3f} | {row['wall']:.2f} | {row['http_mb']:.1f} |")
    if "more_peak_mb" in case["results"]:
        lines += ["", f"With the unwatched: {case['results']['more_peak_mb']:+.1f} MB at the peak of a cycle,"
                  f" {case['results']['more_held_mb']:+.1f} MB held after it."]
    return "\n".join(lines) + "\n"


def latency_text(case):
    found = case["results"]
    return (f"## latency: {shape(case)}, every answer after {found['latency'] * 1000:.0f} ms\n\n"
            f"{found['in_flight']} accounts in flight, {found['requests_in_sequence']:.2f} requests in sequence: ideal"
            f" {found['ideal']:.2f} s, measured {found['wall']:.2f} s, **{found['ratio']:.2f}** times the ideal; CPU"
            f" {found['cpu']:.2f} s. The simulator had {found['simulator_threads']} threads.\n")


def slow_text(case):
    lines = [f"## slow-account: {shape(case)}, one with {case['results']['seconds_per_page']} s per page", "",
             "| | period s | periods | polls per period of the others: least | median | of the slow one |",
             "|---|---:|---:|---:|---:|---:|"]
    for name in ["without", "with"]:
        row = case["results"][name]
        lines.append(f"| {name} it | {row['period']} | {row['periods']} | {row['least_polls']:.2f} |"
                     f" {row['median_polls']:.2f} | {row['slow_polls']:.2f} |")
    return "\n".join(lines) + "\n"


SPECIAL = {"unwatched": unwatched_text, "latency": latency_text, "slow-account": slow_text}


def compact(value, depth=0):
    """JSON with one line for each thing that holds only numbers and short lists."""
    space, end = " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict) and any(isinstance(item, (dict, str)) or is_long(item) for item in value.values()):
        items = [f"{space}{json.dumps(key)}: {compact(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + end + "}"
    if is_long(value):
        return "[\n" + ",\n".join(space + compact(item, depth + 1) for item in value) + end + "]"
    return json.dumps(value, ensure_ascii=False)


def is_long(value):
    return isinstance(value, list) and any(isinstance(item, (dict, str)) for item in value)
