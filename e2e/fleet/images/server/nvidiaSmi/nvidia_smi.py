#!/usr/bin/env python3
"""Stand-in for nvidia-smi of driver 550, driven by a state file: see host/gpuState.ts for what can be set.

Covers -L, the plain table, -q -x, --query-gpu, --query-compute-apps, -i, -l, -lms and dmon; refuses what it does not cover.
"""

import sys
import time

import csv_query
import dmon
import plain_table
import xml_log
from state import State

INVALID = "Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n"

# Long and short names of the options that take a value.
WITH_VALUE = {
    "--query-gpu": "gpus", "--query-compute-apps": "apps", "--format": "format", "--id": "ids", "-i": "ids",
    "--loop": "loop", "-l": "loop", "--loop-ms": "loop_ms", "-lms": "loop_ms", "-s": "select", "--select": "select",
    "-d": "delay", "--delay": "delay", "-c": "count", "--count": "count",
}
SWITCHES = {"-q": "full", "--query": "full", "-x": "xml", "--xml-format": "xml", "-L": "list", "--list-gpus": "list", "dmon": "dmon"}


def stop(text, status):
    print(text)
    sys.exit(status)


def parse(arguments):
    options = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name in SWITCHES:
            options[SWITCHES[name]] = True
        elif name in WITH_VALUE:
            if not equals and not rest:
                stop(INVALID, 1)
            options[WITH_VALUE[name]] = value if equals else rest.pop(0)
        else:
            stop(INVALID, 1)
    return options


def read_state(options):
    """The state, or the end that the real tool comes to in its mode. Exit statuses are NVML's error numbers."""
    state = State()
    if state.mode == "hang":
        time.sleep(86400)
    if state.mode == "noDriver":
        text = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
        stop(text + "Make sure that the latest NVIDIA driver is installed and running.\n", 9)
    if state.mode == "lost" and state.gpus:
        bus = state.gpus[0].bus[4:]
        stop(f"Unable to determine the device handle for GPU{bus}: GPU is lost.  Reboot the system to recover this GPU\n", 15)
    if state.mode == "noDevices" or not state.gpus:
        stop("No devices were found", 6)
    if "ids" in options:
        state.select(options["ids"].split(","))
        if not state.gpus:
            stop("No devices were found", 6)
    return state


def show(options, state, first):
    words = [word.strip() for word in options.get("format", "").split(",")]
    if "gpus" in options:
        csv_query.print_gpus(state, options["gpus"], words, first)
    elif "apps" in options:
        csv_query.print_apps(state, options["apps"], words, first)
    elif "list" in options:
        for gpu in state.gpus:
            print(f"GPU {gpu.index}: {gpu.name} (UUID: {gpu.uuid})")
    elif "full" in options and "xml" in options:
        xml_log.print_log(state)
    elif "full" in options:
        stop("stand-in: -q is covered only together with -x", 1)
    else:
        plain_table.print_table(state)


def main(arguments):
    options = parse(arguments)
    if "dmon" in options:
        dmon.run(lambda: read_state(options), options.get("select", "puc"), float(options.get("delay", 1)), int(options.get("count", 0)))
        return
    pause_s = float(options.get("loop", 0)) or float(options.get("loop_ms", 0)) / 1000
    first = True
    while True:
        show(options, read_state(options), first)
        sys.stdout.flush()
        first = False
        if not pause_s:
            return
        time.sleep(pause_s)


try:
    main(sys.argv[1:])
except csv_query.QueryError as error:
    stop(str(error), 2)
except (KeyboardInterrupt, BrokenPipeError):
    sys.exit(130)
