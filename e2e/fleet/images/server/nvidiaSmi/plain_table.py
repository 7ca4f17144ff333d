"""The table that nvidia-smi prints without arguments, in the layout of driver 550."""

import time

RULE = "+" + "-" * 89 + "+"
COLUMNS = (41, 24, 22)


def line(*cells):
    print("|" + "|".join(cells) + "|")


def rule(left, filling, middle, right):
    print(left + middle.join(filling * width for width in COLUMNS) + right)


def print_head(state):
    print(time.strftime("%a %b %e %H:%M:%S %Y") + " " * 7)
    print(RULE)
    text = f"NVIDIA-SMI {state.driver:<22} Driver Version: {state.driver:<14} CUDA Version: {state.cuda:<8}"
    print(f"| {text:<87} |")
    rule("|", "-", "+", "+")
    line(" GPU  Name                 Persistence-M ", " Bus-Id          Disp.A ", " Volatile Uncorr. ECC ")
    line(" Fan  Temp   Perf          Pwr:Usage/Cap ", "           Memory-Usage ", " GPU-Util  Compute M. ")
    line(" " * 41, " " * 24, "               MIG M. ")
    rule("|", "=", "+", "|")


def print_gpu(gpu):
    ecc = "Off" if gpu.ecc_errors is None else str(gpu.ecc_errors)
    fan = "N/A" if gpu.fan is None else f"{gpu.fan}%"
    power = f"{gpu.power:4.0f}W /{gpu.limit:5.0f}W "
    line(f"{gpu.index:4d}  {gpu.name:<30.30} {'On':<3} ", f"   {gpu.bus} Off ", f"{ecc:>21} ")
    line(
        f"{fan:>4}{gpu.temperature:5d}C    {gpu.pstate:<4}{power:>23}",
        f"{gpu.used:8d}MiB /{gpu.total:7d}MiB ",
        f"{gpu.utilization:7d}%{'Default':>13} ",
    )
    line(" " * 41, " " * 24, f"{'N/A':>21} ")
    rule("+", "-", "+", "+")


def print_processes(state):
    print(" " * 91)
    print(RULE)
    print(f"| {'Processes:':<88}|")
    print("|  GPU   GI   CI        PID   Type   Process name                              GPU Memory |")
    print(f"|{'ID   ID':>15}{'Usage':>68}{'':>6}|")
    print("|" + "=" * 89 + "|")
    rows = [(gpu, process) for gpu in state.gpus for process in gpu.processes]
    for gpu, process in rows:
        name = process["name"]
        # The end of a long path tells more than its beginning.
        name = name if len(name) <= 42 else "..." + name[-39:]
        print(f"|{gpu.index:5d}   N/A  N/A {process['pid']:9d}      C   {name:<42} {process['memoryMib']:6d}MiB |")
    if not rows:
        print(f"|  {'No running processes found':<87}|")
    print(RULE)


def print_table(state):
    """Prints the whole table."""
    print_head(state)
    for gpu in state.gpus:
        print_gpu(gpu)
    print_processes(state)
