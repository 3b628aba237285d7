# SPDX-License-Identifier: Apache-2.0
"""What the measurements run on: processes, processor time, memory, and the names of things."""

import os
import pathlib
import platform
import re
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Failed(Exception):
    """Something without which there is nothing to measure."""


STARTED = time.monotonic()


def say(text):
    """A line for people on standard error, with the seconds since the start."""
    print(f"bench: {time.monotonic() - STARTED:5.0f} s  {text}", file=sys.stderr, flush=True)


class Children:
    """Processes that are stopped whatever happens."""

    def __init__(self):
        self.running = []

    def start(self, arguments, **keywords):
        arguments = [str(argument) for argument in arguments]
        try:
            child = subprocess.Popen(arguments, **keywords)
        except OSError as error:
            raise Failed(f"cannot start {arguments[0]}: {error.strerror}") from error
        self.running.append(child)
        return child

    def stop(self, child, patience=30):
        """Asks a child to end, and ends it if it does not."""
        if child.returncode is None and child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(patience)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child in self.running:
            self.running.remove(child)

    def stop_all(self):
        while self.running:
            self.stop(self.running[-1])


def output(arguments, **keywords):
    """What a program prints; its own words if it fails."""
    arguments = [str(argument) for argument in arguments]
    try:
        done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **keywords)
    except OSError as error:
        raise Failed(f"cannot start {arguments[0]}: {error.strerror}") from error
    if done.returncode != 0:
        name = pathlib.Path(arguments[0]).name
        raise Failed(f"{name} {arguments[1] if arguments[1:] else ''} ended with {done.returncode}: {done.stderr[-2000:].strip()}")
    return done.stdout


def cpu_seconds(pid):
    """User and system time of a process, its ended threads included: its CPU-time clock (clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid, name):
    """A line of /proc/PID/status in MB: VmRSS is held now, VmHWM is the most since the last `forget_peak`."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(name + r":\s+(\d+) kB", status)[1]) * 1024 / 1e6


def forget_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def load():
    return round(os.getloadavg()[0], 1)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def describe():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    total = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return {
        "cores": os.cpu_count(), "cpu": cpu[1] if cpu else platform.machine(), "kernel": platform.release(),
        "memory_gib": round(int(total[1]) / 1048576) if total else 0,
    }


def commit():
    done = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
