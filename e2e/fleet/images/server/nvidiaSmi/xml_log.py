"""`nvidia-smi -q -x` in the form of DTD version 12, with the elements that monitoring programs read.

Element names and order follow public captures of driver 535 and 550 (influxdata/telegraf, nvidia_smi test data).
"""

import time
import xml.sax.saxutils

NA = "N/A"


def element(name, content, depth):
    """`content` is a text, a list of (name, content) or None for an empty element."""
    indent = "\t" * depth
    if isinstance(content, list):
        inner = "".join(element(child, value, depth + 1) for child, value in content)
        return f"{indent}<{name}>\n{inner}{indent}</{name}>\n"
    return f"{indent}<{name}>{xml.sax.saxutils.escape(str(content))}</{name}>\n"


def unit(value, name):
    return NA if value is None else f"{value} {name}"


def memory(total, reserved, used, free):
    rows = [("total", total), ("reserved", reserved), ("used", used), ("free", free)]
    return [(name, f"{value} MiB") for name, value in rows if value is not None]


def identity(gpu):
    return [
        ("product_name", gpu.name), ("product_brand", "NVIDIA"), ("product_architecture", gpu.architecture),
        ("display_mode", "Disabled"), ("display_active", "Disabled"), ("persistence_mode", "Enabled"),
        ("addressing_mode", "None"), ("mig_mode", [("current_mig", NA), ("pending_mig", NA)]), ("mig_devices", "None"),
        ("accounting_mode", "Disabled"), ("accounting_mode_buffer_size", "4000"), ("serial", gpu.serial), ("uuid", gpu.uuid),
        ("minor_number", gpu.index), ("vbios_version", "95.04.29.00.06"), ("multigpu_board", "No"),
    ]


def pci(gpu):
    current = 4 if gpu.pstate == "P0" else 1
    generation = [("max_link_gen", 4), ("current_link_gen", current)]
    widths = [("max_link_width", "16x"), ("current_link_width", "16x")]
    return [
        ("pci_bus", f"{gpu.index + 1:02X}"), ("pci_device", "00"), ("pci_domain", "0000"), ("pci_bus_id", gpu.bus),
        ("pci_gpu_link_info", [("pcie_gen", generation), ("link_widths", widths)]),
        ("replay_counter", 0), ("tx_util", "0 KB/s"), ("rx_util", "0 KB/s"),
    ]


def event_reasons(gpu):
    idle = gpu.pstate != "P0"
    names = (
        "gpu_idle", "applications_clocks_setting", "sw_power_cap", "hw_slowdown", "hw_thermal_slowdown",
        "hw_power_brake_slowdown", "sync_boost", "sw_thermal_slowdown", "display_clocks_setting",
    )
    return [(f"clocks_event_reason_{name}", "Active" if idle and name == "gpu_idle" else "Not Active") for name in names]


def ecc_errors(gpu):
    names = ("sram_correctable", "sram_uncorrectable_parity", "sram_uncorrectable_secded", "dram_correctable", "dram_uncorrectable")

    def counts():
        if gpu.ecc_errors is None:
            return [(name, NA) for name in names]
        return [(name, gpu.ecc_errors if name == "dram_uncorrectable" else 0) for name in names]

    return [("volatile", counts()), ("aggregate", counts())]


def processes(gpu):
    return [
        ("process_info", [
            ("gpu_instance_id", NA), ("compute_instance_id", NA), ("pid", process["pid"]), ("type", "C"),
            ("process_name", process["name"]), ("used_memory", f"{process['memoryMib']} MiB"),
        ])
        for process in gpu.processes
    ]


def readings(gpu):
    power = f"{gpu.power:.2f} W"
    limit = f"{gpu.limit:.2f} W"
    limits = [(f"{name}_power_limit", limit) for name in ("current", "requested", "default")]
    mode = gpu.ecc_mode or NA
    return [
        ("pci", pci(gpu)), ("fan_speed", unit(gpu.fan, "%")), ("performance_state", gpu.pstate),
        ("clocks_event_reasons", event_reasons(gpu)),
        ("fb_memory_usage", memory(gpu.total, gpu.reserved, gpu.used, gpu.free)),
        ("bar1_memory_usage", memory(32768, None, 1, 32767)),
        ("compute_mode", "Default"),
        ("utilization", [
            ("gpu_util", f"{gpu.utilization} %"), ("memory_util", f"{gpu.memory_utilization} %"), ("encoder_util", "0 %"),
            ("decoder_util", "0 %"), ("jpeg_util", "0 %"), ("ofa_util", "0 %"),
        ]),
        ("ecc_mode", [("current_ecc", mode), ("pending_ecc", mode)]), ("ecc_errors", ecc_errors(gpu)),
        ("temperature", [
            ("gpu_temp", f"{gpu.temperature} C"), ("gpu_temp_tlimit", NA), ("gpu_temp_max_threshold", "98 C"),
            ("gpu_temp_slow_threshold", "95 C"), ("memory_temp", NA),
        ]),
        ("gpu_power_readings", [("power_state", gpu.pstate), ("power_draw", power), *limits]),
        ("clocks", [
            ("graphics_clock", f"{gpu.sm} MHz"), ("sm_clock", f"{gpu.sm} MHz"), ("mem_clock", f"{gpu.memory_clock} MHz"),
            ("video_clock", f"{gpu.sm * 9 // 10} MHz"),
        ]),
        ("max_clocks", [("graphics_clock", f"{gpu.max_sm} MHz"), ("sm_clock", f"{gpu.max_sm} MHz"), ("mem_clock", f"{gpu.max_memory} MHz")]),
        ("processes", processes(gpu)), ("accounted_processes", []),
    ]


def print_log(state):
    """Prints the whole document."""
    head = [
        ("timestamp", time.strftime("%a %b %e %H:%M:%S %Y")), ("driver_version", state.driver),
        ("cuda_version", state.cuda), ("attached_gpus", len(state.gpus)),
    ]
    print('<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n<nvidia_smi_log>')
    print("".join(element(name, content, 1) for name, content in head), end="")
    for gpu in state.gpus:
        body = "".join(element(name, content, 2) for name, content in identity(gpu) + readings(gpu))
        print(f'\t<gpu id="{gpu.bus}">\n{body}\t</gpu>\n')
    print("</nvidia_smi_log>")
