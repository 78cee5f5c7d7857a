"""Processes that outlive the command that started them, known by pid and start time: a reused pid is told apart."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil

from linli.home import Recorded

STOP_SECONDS = 20


def start(command: Sequence[str], log: Path, folder: Path) -> psutil.Process:
    """Start a process in a session of its own, with its output appended to a log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process.returncode = 0  # it is meant to outlive us: no warning when this object goes
    return psutil.Process(process.pid)


def running(told: Recorded) -> psutil.Process | None:
    """The recorded process, if it still lives."""
    try:
        process = psutil.Process(told.pid)
        lives = abs(process.create_time() - told.started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if lives else None


def stop(told: Recorded, how: signal.Signals = signal.SIGTERM) -> bool:
    """Stop the recorded process, kindly at first; whether it was running."""
    process = running(told)
    if process is None:
        return False
    process.send_signal(how)
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
    return True


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, as it is shown when a part fails."""
    if not log.exists():
        return "(no log)"
    with log.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 8192))
        return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-count:])


def free_port(wanted: int) -> int:
    """The wanted port if nobody listens on it, else one that the system picks. Loopback only."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("the system gives no port")


def answers(port: int) -> bool:
    """Whether something accepts connections on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
