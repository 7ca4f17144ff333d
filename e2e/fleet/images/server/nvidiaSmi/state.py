"""The stand-in's GPUs: a state file laid over what each card's model brings."""

import json
import random
import time

STATE_FILE = "/var/lib/fleet/gpu.json"

# Memory in MiB, power in watts, clocks in MHz, as the cards' public captures show them.
CARDS = {
    "Tesla T4": {"architecture": "Turing", "total": 15360, "reserved": 445, "limit": 70, "idle": 9.6, "sm": 1590, "memory": 5001, "capability": "7.5"},
    "NVIDIA L4": {"architecture": "Ada Lovelace", "total": 23034, "reserved": 459, "limit": 72, "idle": 16.4, "sm": 2040, "memory": 6251, "capability": "8.9"},
    "NVIDIA A10": {"architecture": "Ampere", "total": 23028, "reserved": 526, "limit": 150, "idle": 21.3, "sm": 1695, "memory": 6251, "capability": "8.6"},
    "NVIDIA L40S": {"architecture": "Ada Lovelace", "total": 46068, "reserved": 599, "limit": 350, "idle": 34.9, "sm": 2520, "memory": 9001, "capability": "8.9"},
    "NVIDIA A100-SXM4-80GB": {"architecture": "Ampere", "total": 81920, "reserved": 869, "limit": 400, "idle": 62.5, "sm": 1410, "memory": 1593, "capability": "8.0"},
    "NVIDIA H100 80GB HBM3": {"architecture": "Hopper", "total": 81559, "reserved": 551, "limit": 700, "idle": 69.6, "sm": 1980, "memory": 2619, "capability": "9.0"},
    "NVIDIA GeForce RTX 4090": {"architecture": "Ada Lovelace", "total": 24564, "reserved": 362, "limit": 450, "idle": 18.2, "sm": 3105, "memory": 10501, "capability": "8.9", "fan": 30, "ecc": None},
}
DEFAULT_CARD = "NVIDIA L4"


class Gpu:
    """One card as all outputs show it."""

    def __init__(self, index, given, processes):
        self.name = given.get("name", DEFAULT_CARD)
        card = {**CARDS[DEFAULT_CARD], **CARDS.get(self.name, {})}
        self.index = index
        self.processes = processes
        self.uuid = given.get("uuid", f"GPU-{0xC5533CD0 + index:08x}-7a1b-4c2d-9e3f-{index + 1:012x}")
        self.bus = f"00000000:{index + 1:02X}:00.0"
        self.architecture = card["architecture"]
        self.capability = card["capability"]
        self.total = given.get("memoryTotalMib", card["total"])
        self.reserved = card["reserved"]
        self.used = given.get("memoryUsedMib", 1) + sum(process["memoryMib"] for process in processes)
        self.free = max(0, self.total - self.reserved - self.used)
        self.utilization = with_jitter(given.get("utilizationPercent", 0), given.get("jitter", 0), index)
        self.memory_utilization = given.get("memoryUtilizationPercent", self.utilization // 2)
        busy = self.utilization > 0 or bool(processes)
        self.temperature = given.get("temperatureC", 30 + self.utilization // 3)
        self.limit = float(given.get("powerLimitW", card["limit"]))
        self.power = float(given.get("powerW", card["idle"] + (self.limit - card["idle"]) * self.utilization / 110))
        self.fan = given.get("fanPercent", card.get("fan"))
        self.ecc_errors = given.get("eccUncorrected", 0) if card.get("ecc", True) is not None else None
        self.pstate = "P0" if busy else "P8"
        self.max_sm, self.max_memory = card["sm"], card["memory"]
        self.sm = card["sm"] if busy else 210
        self.memory_clock = card["memory"] if busy else 405
        self.serial = f"16545230{index:05d}"

    @property
    def ecc_mode(self):
        return None if self.ecc_errors is None else "Enabled"


def with_jitter(percent, jitter, index):
    """The same within one second, so that two outputs of one moment agree."""
    if not jitter:
        return percent
    shift = random.Random(int(time.time()) * 64 + index).uniform(-jitter, jitter)
    return max(0, min(100, round(percent + shift)))


class State:
    """The whole machine: mode, versions and cards."""

    def __init__(self):
        try:
            with open(STATE_FILE) as file:
                data = json.load(file)
        except FileNotFoundError:
            data = {"mode": "noDriver", "gpus": []}
        self.mode = data.get("mode", "ok")
        self.driver = data.get("driverVersion", "550.127.05")
        self.cuda = data.get("cudaVersion", "12.4")
        processes = data.get("processes", [])
        self.gpus = [
            Gpu(index, given, [process for process in processes if process["gpu"] == index])
            for index, given in enumerate(data["gpus"])
        ]

    def select(self, ids):
        """Keeps the cards named by index, UUID or bus id."""
        self.gpus = [gpu for gpu in self.gpus if {str(gpu.index), gpu.uuid, gpu.bus} & set(ids)]
