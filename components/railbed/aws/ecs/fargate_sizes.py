"""Which CPU and memory Fargate offers together.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

GIB = 1024

SIZES: dict[int, list[int]] = {
    256: [512, 1 * GIB, 2 * GIB],
    512: [gib * GIB for gib in range(1, 5)],
    1024: [gib * GIB for gib in range(2, 9)],
    2048: [gib * GIB for gib in range(4, 17)],
    4096: [gib * GIB for gib in range(8, 31)],
    8192: [gib * GIB for gib in range(16, 61, 4)],
    16384: [gib * GIB for gib in range(32, 121, 8)],
}
"""MiB of memory by CPU units; 1024 units are one vCPU."""


def check_fargate_size(cpu: int, memory: int) -> None:
    """Raise `ValueError` for CPU and memory that Fargate does not offer together."""
    if cpu not in SIZES:
        raise ValueError(f"cpu {cpu} is not offered by Fargate: choose one of {', '.join(map(str, SIZES))}")
    offered = SIZES[cpu]
    if memory in offered:
        return
    between = f"{offered[0]} to {offered[-1]} in steps of {offered[-1] - offered[-2]}" if cpu > 256 else "512, 1024 or 2048"
    size = smallest_fargate_size(cpu, memory)
    closest = f"; or take cpu {size[0]} with memory {size[1]}" if size and size[0] != cpu else ""
    raise ValueError(f"memory {memory} is not offered by Fargate with cpu {cpu}: choose {between}{closest}")


def smallest_fargate_size(cpu: int, memory: int) -> tuple[int, int] | None:
    """The smallest size with at least so many CPU units and MiB; None if Fargate has none."""
    for units, offered in SIZES.items():
        for mebibytes in offered:
            if units >= cpu and mebibytes >= memory:
                return units, mebibytes
    return None
