# SPDX-License-Identifier: Apache-2.0
"""Measures the program, static and optimised as it is released, against simulated clouds and a real MongoDB, beside the
least that any program would have to do and a model of OSM's own monitor.

    make bench                                     everything; keeps it in Benchmarks/results
    make bench ARGS="--quick"                      10 accounts × 1,000 VMs only, few repeats
    make bench ARGS="--only latency --save mine"   one case, kept under another name

Prints Markdown. Exit status 1: figures are missing, or would compare different work.
"""

import argparse
import pathlib
import shutil
import signal
import subprocess
import sys

from benchmark import cases, report, selfcheck, special
from benchmark.machine import ROOT, Failed, say

RESULTS = ROOT / "Benchmarks" / "results"


def build():
    swift = [ROOT / "scripts" / "with-swift", "swift", "build", "--scratch-path", ROOT / ".build" / "static",
             "-c", "release", "--static-swift-stdlib"]
    for product in ["vimwatch", "benchtool"]:
        say(f"building {product}")
        try:
            subprocess.run([*swift, "--product", product], check=True, cwd=ROOT, stdout=sys.stderr)
        except subprocess.CalledProcessError as error:
            raise Failed(f"{product} could not be built: see above; scripts/with-swift needs a toolchain") from error


def arguments():
    names = [case.name for case in cases.SIZES] + list(special.SPECIAL)
    parser = argparse.ArgumentParser(prog="bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"only {cases.MAIN}, few repeats")
    parser.add_argument("--only", action="append", choices=names, metavar="CASE",
                        help=f"only this case, and others named so: {', '.join(names)}")
    parser.add_argument("--vims", type=int, default=10_000, help="no more accounts than so many in any case")
    parser.add_argument("--vms", type=int, default=1_000_000, help="no more VMs of each account than so many")
    parser.add_argument("--no-build", action="store_true", help="measure what is built already")
    parser.add_argument("--program", type=pathlib.Path, help="another build of vimwatch")
    parser.add_argument("--save", metavar="NAME",
                        help="write Benchmarks/results/NAME.json, .md and .svg (all cases: bench)")
    parser.add_argument("--self-check", action="store_true", help="check the arithmetic and the report, measure nothing")
    return parser.parse_args()


def measure(options, save):
    """Runs the cases one after another; what is measured is kept at once."""
    everything = report.Report()
    chosen = options.only or ([cases.MAIN] if options.quick else None)
    for case in cases.SIZES:
        if chosen is None or case.name in chosen:
            everything.sizes.append(cases.run(cases.quick(case) if options.quick else case, options))
            everything.write(save)
    for name, run in special.SPECIAL.items():
        if chosen is None or name in chosen:
            say(name)
            everything.specials.append(run(options))
            everything.write(save)
    everything.isComplete = chosen is None
    return everything


def main():
    # Ctrl-C and a plain kill both unwind, which stops every process and removes every folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = arguments()
    if not selfcheck.run():
        sys.exit("bench: the harness itself is wrong: see above")
    if options.self_check:
        return
    isWhole = not (options.quick or options.only or options.vims < 1000 or options.vms < 50_000)
    name = options.save or ("bench" if isWhole else None)
    try:
        if shutil.which("git") is None:
            say("without git the report does not name its commit")
        if not options.no_build:
            build()
        everything = measure(options, RESULTS / name if name else None)
        everything.write(RESULTS / name if name else None)
        print(everything.markdown())
    except Failed as failure:
        sys.exit(f"bench: {failure}")
    except KeyboardInterrupt:
        sys.exit("bench: stopped")
    sys.exit(1 if everything.problems() else 0)
