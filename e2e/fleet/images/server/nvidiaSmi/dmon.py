"""`nvidia-smi dmon`: one line per card and interval. Columns as driver 550 prints them for `-s pucm`."""

import sys
import time

# Letter of -s → columns: head, unit, value.
GROUPS = {
    "p": [("pwr", "W", lambda gpu: f"{gpu.power:.0f}"), ("gtemp", "C", lambda gpu: gpu.temperature), ("mtemp", "C", lambda gpu: "-")],
    "u": [
        ("sm", "%", lambda gpu: gpu.utilization), ("mem", "%", lambda gpu: gpu.memory_utilization),
        ("enc", "%", lambda gpu: 0), ("dec", "%", lambda gpu: 0), ("jpg", "%", lambda gpu: 0), ("ofa", "%", lambda gpu: 0),
    ],
    "c": [("mclk", "MHz", lambda gpu: gpu.memory_clock), ("pclk", "MHz", lambda gpu: gpu.sm)],
    "m": [("fb", "MB", lambda gpu: gpu.used), ("bar1", "MB", lambda gpu: 1), ("ccpm", "MB", lambda gpu: 0)],
}
HEAD_EVERY = 25


def print_head(columns):
    print("# gpu " + "".join(f"{head:>6} " for head, _, _ in columns))
    print("# Idx " + "".join(f"{unit:>6} " for _, unit, _ in columns))


def run(read_state, groups, interval_s, count):
    """Prints `count` samples, without end when it is 0. `read_state` makes a State or ends the program."""
    columns = [column for letter in groups for column in GROUPS.get(letter, [])]
    lines = 0
    done = 0
    while True:
        for gpu in read_state().gpus:
            if lines % HEAD_EVERY == 0:
                print_head(columns)
            lines += 1
            print(f"{gpu.index:5d} " + "".join(f"{value(gpu):>6} " for _, _, value in columns))
        sys.stdout.flush()
        done += 1
        if count and done == count:
            return
        time.sleep(interval_s)
