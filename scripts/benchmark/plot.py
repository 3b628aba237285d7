# SPDX-License-Identifier: Apache-2.0
"""CPU of a cycle by number of VMs as SVG, both scales logarithmic; readable on light and on dark pages."""

import math
from xml.sax.saxutils import escape

from benchmark.figures import Missing, median

WIDTH, HEIGHT = 780, 460
LEFT, RIGHT, TOP, BOTTOM = 84, 216, 44, 64

# Row of a case, what it is called, its colour, dashes of its line.
SERIES = [
    ("once", "first cycle", "#d9730d", ""),
    ("all_changed", "all changed", "#c2417c", ""),
    ("steady", "nothing changed", "#2f7fd1", ""),
    ("floor_first", "floor, first cycle", "#d9730d", "5 4"),
    ("floor_all_changed", "floor, all changed", "#c2417c", "5 4"),
    ("floor_steady", "floor, nothing changed", "#2f7fd1", "5 4"),
]

# The card brings its own ground, so that its text can be read whatever page it is on.
STYLE = """
.ground { fill: #ffffff; stroke: #d0d7de }
.text { fill: #1f2328; font: 13px system-ui, sans-serif }
.title { font-size: 15px; font-weight: 600 }
.grid { stroke: #d8dee4; stroke-width: 1 }
@media (prefers-color-scheme: dark) {
  .ground { fill: #0d1117; stroke: #30363d }
  .text { fill: #e6edf3 }
  .grid { stroke: #30363d }
}
"""


def drawable(cases):
    """Cases of other shapes than the drawing is about are in the tables only."""
    return [case for case in cases if case["vdus"] == 1]


def points(cases, row):
    """(VMs, CPU seconds, whether it has a thousand VMs per account) of the cases that have the row."""
    found = []
    for case in drawable(cases):
        try:
            cpu = median(case, row, "cpu")
        except Missing:
            continue
        if cpu > 0:
            found.append((case["vims"] * case["vms"], cpu, case["vms"] == 1000))
    return sorted(found)


class Scale:
    """Whole powers of ten around some values, and where a value lies between two pixels."""

    def __init__(self, values, low, high):
        self.first = math.floor(math.log10(min(values)) + 1e-9)
        self.last = max(math.ceil(math.log10(max(values)) - 1e-9), self.first + 1)
        self.low, self.high = low, high

    def __call__(self, value):
        part = (math.log10(value) - self.first) / (self.last - self.first)
        return round(self.low + part * (self.high - self.low), 1)

    @property
    def ticks(self):
        return [10.0 ** power for power in range(self.first, self.last + 1)]


def draw(cases):
    series = [(row, name, colour, dash, points(cases, row)) for row, name, colour, dash in SERIES]
    series = [line for line in series if line[4]]
    if not series:
        raise Missing("nothing to draw")
    x = Scale([p[0] for line in series for p in line[4]], LEFT, WIDTH - RIGHT)
    y = Scale([p[1] for line in series for p in line[4]], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img"><title>CPU of a cycle by number of VMs</title><style>{STYLE}</style>',
        f'<rect class="ground" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="6"/>',
        text(LEFT, 26, "CPU of a cycle by number of VMs", "start", "text title"),
    ]
    for value in x.ticks:
        parts += [line(x(value), TOP, x(value), HEIGHT - BOTTOM), text(x(value), HEIGHT - BOTTOM + 20, f"{value:,.0f}")]
    for value in y.ticks:
        parts += [line(LEFT, y(value), WIDTH - RIGHT, y(value)), text(LEFT - 8, y(value) + 4, f"{value:g} s", "end")]
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, "VMs watched (2 ports each)"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(f'<g transform="translate(20 {middle}) rotate(-90)">{text(0, 0, "CPU of the process per cycle")}</g>')
    for number, (_, name, colour, dash, found) in enumerate(series):
        parts += curve(found, colour, dash, x, y)
        parts += legend(number, name, colour, dash)
    parts.append(text(WIDTH - RIGHT + 18, HEIGHT - BOTTOM - 18, "○ other than 1,000", "start"))
    parts.append(text(WIDTH - RIGHT + 18, HEIGHT - BOTTOM - 2, "VMs per account", "start"))
    return "\n".join(parts) + "\n</svg>\n"


def curve(found, colour, dash, x, y):
    """A line through the sizes of a thousand VMs per account; a ring for each other size."""
    usual = [(x(vms), y(cpu)) for vms, cpu, isUsual in found if isUsual]
    path = " ".join(f"{px},{py}" for px, py in usual)
    yield f'<polyline fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" points="{path}"/>'
    for vms, cpu, isUsual in found:
        fill = colour if isUsual else "none"
        yield f'<circle cx="{x(vms)}" cy="{y(cpu)}" r="4" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'


def legend(number, name, colour, dash):
    left, middle = WIDTH - RIGHT + 18, TOP + 12 + number * 24
    yield (f'<line x1="{left}" y1="{middle}" x2="{left + 26}" y2="{middle}" stroke="{colour}" stroke-width="2"'
           f' stroke-dasharray="{dash}"/>')
    yield text(left + 32, middle + 4, name, "start")


def line(x1, y1, x2, y2):
    return f'<line class="grid" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def text(x, y, words, anchor="middle", style="text"):
    return f'<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
