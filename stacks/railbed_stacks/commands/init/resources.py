"""CPU and memory of containers, from what Copilot sets aside."""

from railbed_stacks.application_files.copilot import CopilotService
from railbed_stacks.commands.init.draft import Draft, guess

_UNITS = 1024
_LIMIT_MEBIBYTES = 1024
"""Default of memory_limit."""


def decide_resources(draft: Draft, part: str, service: CopilotService) -> None:
    """Set the resources of a part to those of a service."""
    if service.cpu is not None:
        draft.set(f"{part}.resources.cpu", f"{service.cpu.value * 1000 // _UNITS}m", service.cpu.place)
        if service.cpu.value > 2 * _UNITS:
            draft.set(f"{part}.resources.cpu_limit", f"{service.cpu.value * 1000 // _UNITS}m", guess("as cpu"))
    if service.memory is not None:
        draft.set(f"{part}.resources.memory", f"{service.memory.value}Mi", service.memory.place)
        if service.memory.value > _LIMIT_MEBIBYTES:
            draft.set(f"{part}.resources.memory_limit", f"{service.memory.value}Mi", guess("as memory"))
