"""A sandbox for code that nobody trusts.

A sandbox is a command that is put in front of another one. What runs in it sees a read-only system and a small folder
for scratch files. It has no network, cannot start another process or thread, and ends when the process that started
it ends. Memory, CPU time, open files and the size of files are limited.

Which kind of sandbox works depends on the machine, so each kind is tried with `probe.py` before it is used.
"""

import itertools
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import raftlab

PACKAGE = Path(raftlab.__file__).resolve().parent
PROBE = Path(__file__).parent / "probe.py"
SLEEPER = "import time; print('awake', flush=True); time.sleep(600)"
PATIENCE = 60  # seconds in which a probe must end

# What a sandbox protects: its name in the probe, and what an answer can do where the protection is missing.
PROTECTIONS = {
    "network": "reach the network",
    "files": "read and change files of this machine",
    "processes": "start other processes and threads",
    "others": "see and end other processes",
    "privileges": "use the rights of an administrator",
    "memory": "use up the memory",
    "time": "use up the processor",
    "open files": "open any number of files",
    "file size": "fill the disk",
    "end": "leave a process behind",
}


class Limits(NamedTuple):
    """What code in a sandbox may use. memory, file_size, scratch: bytes; cpu: seconds; files: open at a time."""

    memory: int = 1 << 30
    cpu: int = 120
    files: int = 32
    file_size: int = 1 << 20
    scratch: int = 4 << 20


class Sandbox(NamedTuple):
    """One kind of sandbox, and the names of the protections that it lacks on this machine."""

    kind: str
    missing: tuple[str, ...] = ()
    limits: Limits = Limits()

    def wrap(self, command: Sequence[str]) -> list[str]:
        """The command that runs this command in the sandbox. Its three standard streams stay as they are."""
        return KINDS[self.kind](list(command), self.limits)

    @property
    def lacks(self) -> list[str]:
        """What an answer can do here, because no kind of sandbox prevents it."""
        return [PROTECTIONS[name] for name in self.missing]


@cache
def find_sandbox() -> Sandbox:
    """The best sandbox of this machine: the first kind that has every protection, or else the one that lacks the fewest."""
    tried = [Sandbox(kind, missing) for kind in KINDS if (missing := probe(kind)) is not None]
    whole = [each for each in tried if not each.missing]
    unsafe = Sandbox("limits", tuple(PROTECTIONS))
    return (whole or sorted(tried, key=lambda each: len(each.missing)) or [unsafe])[0]


def probe(kind: str) -> tuple[str, ...] | None:
    """The protections that a kind of sandbox lacks here; None if it does not work at all.

    A process in the sandbox tries to do what it must not be able to do.
    """
    limits = Limits()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        os.chmod(folder, 0o777)
        Path(folder, "secret").write_text("secret")
        port, mine = server.getsockname()[1], os.getpid()
        # fmt: off
        attempt = [sys.executable, "-I", "-c", PROBE.read_text(encoding="utf-8"),
                   str(port), folder, str(mine), *map(str, limits)]
        # fmt: on
        try:
            ran = subprocess.run(
                KINDS[kind](attempt, limits),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
    lines = ran.stdout.decode().splitlines()
    if ran.returncode or not lines or lines[-1] != "done":
        return None
    held = {*lines, *(["end"] if dies_together(kind) else [])}
    return tuple(name for name in PROTECTIONS if name not in held)


def dies_together(kind: str) -> bool:
    """Whether everything in the sandbox ends when the process that was started is killed: then its output ends, too."""
    command = KINDS[kind]([sys.executable, "-I", "-c", SLEEPER], Limits())
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        awake = started.stdout.readline()
        started.kill()
        try:
            started.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return False
    return bool(awake)


# -- Kinds of sandbox ------------------------------------------------------------------------------------------------


def bubblewrap(command: list[str], limits: Limits) -> list[str]:
    """In bubblewrap: namespaces of its own, and a file system of only what is named here."""
    root = is_root()
    given = [
        "bwrap",
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    given += ["--die-with-parent", "--new-session"]
    if root:  # the rights that setpriv needs to give up all rights
        given += ["--cap-drop", "ALL"]
        for right in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            given += ["--cap-add", right]
    else:
        given += ["--unshare-user"]
    given += ["--size", str(limits.scratch), "--perms", "1777", "--tmpfs", "/tmp"]
    for place in parents(folders()):
        given += ["--perms", "0755", "--dir", place]
    for place in folders():
        given += ["--ro-bind", place, place]
    for place, target in links():
        given += ["--symlink", target, place]
    given += ["--remount-ro", "/", "--chdir", "/tmp", "--clearenv"]
    for name, value in ENVIRONMENT.items():
        given += ["--setenv", name, value]
    return [*given, "--", *limiting(limits), *(as_nobody() if root else []), *command]


def namespaces(command: list[str], limits: Limits) -> list[str]:
    """In namespaces that util-linux makes, with a file system that a shell script puts together."""
    root = is_root()
    given = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"]
    given += ["--net", "--ipc", "--uts", *([] if root else ["--user", "--map-root-user"])]
    # /sys is a folder that every Linux has, and that holds nothing which is needed here.
    script = [
        "set -e",
        "mount -t tmpfs -o mode=755 sandbox /sys",
        "cd /sys",
        "mkdir tmp old",
        f"mount -t tmpfs -o mode=1777,size={limits.scratch} scratch tmp",
        *(f"mkdir -p {shlex.quote('.' + place)}" for place in folders()),
    ]
    for place in folders():
        inside = shlex.quote("." + place)
        script += [f"mount --rbind {shlex.quote(place)} {inside}", f"mount -o remount,bind,ro {inside}"]
    script += [f"ln -s {shlex.quote(target)} {shlex.quote('.' + place)}" for place, target in links()]
    script += [
        "ln -s old/proc proc",  # mount and umount read it; it leads nowhere afterwards
        "pivot_root . old",
        "cd /tmp",
        "mount -o remount,bind,ro /",
        "umount -l /old",
        '"$@"',  # the shell stays: it is the first process of these namespaces, and all end with it
        "exit $?",
    ]
    drop = as_nobody() if root else ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    environment = ["env", "-i", *(f"{name}={value}" for name, value in ENVIRONMENT.items())]
    started = ["sh", "-c", "\n".join(script), "sandbox", *environment, *limiting(limits), *drop]
    return [*given, *started, *command]


def only_limits(command: list[str], limits: Limits) -> list[str]:
    """No sandbox, only limits, where the system has a command for them."""
    return [*(limiting(limits) if shutil.which("prlimit") else []), *command]


KINDS: dict[str, Callable[[list[str], Limits], list[str]]] = {
    "bubblewrap": bubblewrap,
    "namespaces": namespaces,
    "limits": only_limits,
}

# -- What they have in common ----------------------------------------------------------------------------------------

# Sets of strings have the same order in every run, so that grades do not depend on luck.
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
FIRST_ID = 1_000_000  # user ids from here on belong to nobody
_number = itertools.count()


def is_root() -> bool:
    """Does this process have an administrator's rights?"""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def limiting(limits: Limits) -> list[str]:
    """The limits, as a command. One process: a second one or a thread cannot be started."""
    # fmt: off
    return ["prlimit", f"--as={limits.memory}", f"--cpu={limits.cpu}", f"--nofile={limits.files}",
            f"--fsize={limits.file_size}", "--nproc=1", "--core=0", "--"]
    # fmt: on


def as_nobody() -> list[str]:
    """The command that gives up all rights, and becomes a user that nobody else is.

    The limit on processes does not hold for root, and counts all processes of a user: two sandboxes must not share one.
    """
    user = FIRST_ID + (os.getpid() * 256 + next(_number) % 256) % 1_000_000_000
    # fmt: off
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs",
            "--bounding-set=-all", "--inh-caps=-all"]
    # fmt: on


@cache
def folders() -> tuple[str, ...]:
    """The folders that Python and raftlab need: the system's, Python's and raftlab's own. None is inside another."""
    system = [place for place in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64") if is_folder(place)]
    needed = [*system, sys.base_prefix, sys.prefix, str(PACKAGE)]
    real = {os.path.abspath(place) for place in needed}
    return tuple(sorted(each for each in real if not any(str(up) in real for up in Path(each).parents)))


@cache
def links() -> tuple[tuple[str, str], ...]:
    """The links of the system's root, such as /bin -> usr/bin."""
    places = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
    return tuple((place, os.readlink(place)) for place in places if os.path.islink(place))


def is_folder(place: str) -> bool:
    """Whether this is a folder, and not a link to one."""
    return os.path.isdir(place) and not os.path.islink(place)


def parents(places: Sequence[str]) -> list[str]:
    """All folders above these, each after its own parent, without the root."""
    above = {str(each) for place in places for each in Path(place).parents}
    return sorted(above - {"/"})
