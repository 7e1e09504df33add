"""Reads /proc: the processes of a server and their memory."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def serving_process(leader: int) -> int:
    """Find the process that answers: the largest of its session, as no arbiter loads an application."""
    return max(session(leader), key=lambda process: memory(process, "Rss"))


def session(leader: int) -> list[int]:
    """List the processes of the session that a process leads."""
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                # After the name in brackets: state, parent, group, session.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == leader:
                    found.append(int(entry.name))
    return found


def memory(process: int, kind: str) -> float:
    """Give a process's ``Rss`` or ``Pss`` in MiB; 0 for one that has ended."""
    with suppress(OSError):
        return _field(PROC / str(process) / "smaps_rollup", kind)
    return 0.0


def reset_highest(process: int) -> None:
    """Have the highest memory counted from now on."""
    (PROC / str(process) / "clear_refs").write_text("5")


def highest(process: int) -> float:
    """Give the highest RSS of a process in MiB since the last reset."""
    return _field(PROC / str(process) / "status", "VmHWM")


def _field(file: Path, name: str) -> float:
    for line in file.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"{file} has no {name}")
