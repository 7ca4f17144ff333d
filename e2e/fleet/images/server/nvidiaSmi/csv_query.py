"""--query-gpu and --query-compute-apps. Field names, units and header names as `nvidia-smi --help-query-gpu` lists them."""

import datetime
import sys

NOT_AVAILABLE = "[N/A]"

# Field → (unit, value of a card in a state); the header shows the field's own name.
GPU_FIELDS = {
    "timestamp": ("", lambda gpu, state: datetime.datetime.now().strftime("%Y/%m/%d %H:%M:%S.%f")[:-3]),
    "driver_version": ("", lambda gpu, state: state.driver),
    "count": ("", lambda gpu, state: len(state.gpus)),
    "index": ("", lambda gpu, state: gpu.index),
    "name": ("", lambda gpu, state: gpu.name),
    "uuid": ("", lambda gpu, state: gpu.uuid),
    "serial": ("", lambda gpu, state: gpu.serial),
    "pci.bus_id": ("", lambda gpu, state: gpu.bus),
    "vbios_version": ("", lambda gpu, state: "95.04.29.00.06"),
    "compute_cap": ("", lambda gpu, state: gpu.capability),
    "compute_mode": ("", lambda gpu, state: "Default"),
    "persistence_mode": ("", lambda gpu, state: "Enabled"),
    "display_active": ("", lambda gpu, state: "Disabled"),
    "display_mode": ("", lambda gpu, state: "Disabled"),
    "pstate": ("", lambda gpu, state: gpu.pstate),
    "mig.mode.current": ("", lambda gpu, state: None),
    "ecc.mode.current": ("", lambda gpu, state: gpu.ecc_mode),
    "ecc.errors.uncorrected.volatile.total": ("", lambda gpu, state: gpu.ecc_errors),
    "ecc.errors.corrected.volatile.total": ("", lambda gpu, state: None if gpu.ecc_errors is None else 0),
    "memory.total": ("MiB", lambda gpu, state: gpu.total),
    "memory.reserved": ("MiB", lambda gpu, state: gpu.reserved),
    "memory.used": ("MiB", lambda gpu, state: gpu.used),
    "memory.free": ("MiB", lambda gpu, state: gpu.free),
    "utilization.gpu": ("%", lambda gpu, state: gpu.utilization),
    "utilization.memory": ("%", lambda gpu, state: gpu.memory_utilization),
    "fan.speed": ("%", lambda gpu, state: gpu.fan),
    "temperature.gpu": ("", lambda gpu, state: gpu.temperature),
    "temperature.memory": ("", lambda gpu, state: "N/A"),
    "power.draw": ("W", lambda gpu, state: f"{gpu.power:.2f}"),
    "power.draw.average": ("W", lambda gpu, state: f"{gpu.power:.2f}"),
    "power.draw.instant": ("W", lambda gpu, state: f"{gpu.power:.2f}"),
    "power.limit": ("W", lambda gpu, state: f"{gpu.limit:.2f}"),
    "power.default_limit": ("W", lambda gpu, state: f"{gpu.limit:.2f}"),
    "enforced.power.limit": ("W", lambda gpu, state: f"{gpu.limit:.2f}"),
    "clocks.current.graphics": ("MHz", lambda gpu, state: gpu.sm),
    "clocks.current.sm": ("MHz", lambda gpu, state: gpu.sm),
    "clocks.current.memory": ("MHz", lambda gpu, state: gpu.memory_clock),
    "clocks.max.sm": ("MHz", lambda gpu, state: gpu.max_sm),
    "clocks.max.memory": ("MHz", lambda gpu, state: gpu.max_memory),
    "clocks_throttle_reasons.active": ("", lambda gpu, state: "0x0000000000000000" if gpu.pstate == "P0" else "0x0000000000000001"),
    "clocks_event_reasons.active": ("", lambda gpu, state: "0x0000000000000000" if gpu.pstate == "P0" else "0x0000000000000001"),
    "pcie.link.gen.current": ("", lambda gpu, state: 4 if gpu.pstate == "P0" else 1),
    "pcie.link.gen.max": ("", lambda gpu, state: 4),
    "pcie.link.width.current": ("", lambda gpu, state: 16),
    "pcie.link.width.max": ("", lambda gpu, state: 16),
}

# Short names that the real tool takes; its header shows the long one.
GPU_ALIASES = {
    "gpu_name": "name", "gpu_uuid": "uuid", "gpu_serial": "serial", "gpu_bus_id": "pci.bus_id",
    "clocks.gr": "clocks.current.graphics", "clocks.sm": "clocks.current.sm", "clocks.mem": "clocks.current.memory",
    "clocks.max.mem": "clocks.max.memory",
}

APP_FIELDS = {
    "timestamp": GPU_FIELDS["timestamp"],
    "gpu_name": ("", lambda gpu, process: gpu.name),
    "gpu_bus_id": ("", lambda gpu, process: gpu.bus),
    "gpu_serial": ("", lambda gpu, process: gpu.serial),
    "gpu_uuid": ("", lambda gpu, process: gpu.uuid),
    "pid": ("", lambda gpu, process: process["pid"]),
    "process_name": ("", lambda gpu, process: process["name"]),
    "used_gpu_memory": ("MiB", lambda gpu, process: process["memoryMib"]),
}
APP_ALIASES = {"name": "process_name", "used_memory": "used_gpu_memory"}


class QueryError(Exception):
    """A query that the real tool refuses; it prints the text and ends with status 2."""


def cell(unit, value, with_units):
    if value is None:
        return NOT_AVAILABLE
    return f"{value} {unit}" if unit and with_units else str(value)


def print_table(fields, aliases, query, rows, options, with_header):
    """Prints one CSV table; `options` are the words of --format. Raises QueryError."""
    if "csv" not in options:
        raise QueryError('"--format=" switch is missing. Please run \'nvidia-smi -h\' for help.\n')
    names = [aliases.get(name.strip(), name.strip()) for name in query.split(",")]
    for name in names:
        if name not in fields:
            raise QueryError(f'Field "{name}" is not a valid field to query.\n')
    if with_header and "noheader" not in options:
        print(", ".join(f"{name} [{fields[name][0]}]" if fields[name][0] else name for name in names))
    for row in rows:
        print(", ".join(cell(fields[name][0], fields[name][1](*row), "nounits" not in options) for name in names))
    sys.stdout.flush()


def print_gpus(state, query, options, with_header):
    print_table(GPU_FIELDS, GPU_ALIASES, query, [(gpu, state) for gpu in state.gpus], options, with_header)


def print_apps(state, query, options, with_header):
    rows = [(gpu, process) for gpu in state.gpus for process in gpu.processes]
    print_table(APP_FIELDS, APP_ALIASES, query, rows, options, with_header)
