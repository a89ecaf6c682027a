"""Run in a sandbox: tries what an answer must not be able to do, and prints the names of the protections that hold.

It is given as text to a Python that need not find raftlab, so it imports only the standard library.
"""

import os
import socket
import sys
import threading
from collections.abc import Callable

try:
    import resource
except ImportError:  # on Windows nothing is limited
    resource = None  # type: ignore[assignment]

PORT, FOLDER, STARTED_BY, MEMORY, CPU, FILES, FILE_SIZE, SCRATCH = sys.argv[1:]


def refused(attempt: Callable[[], object], error: type[Exception] = OSError) -> bool:
    """Whether the attempt fails with this error, by default an error of the system."""
    try:
        attempt()
    except error:
        return True
    return False


def network() -> bool:
    """A server of this machine cannot be reached."""
    return refused(lambda: socket.create_connection(("127.0.0.1", int(PORT)), timeout=5).close())


def files() -> bool:
    """A file of this machine can be neither read nor written, although everybody may; nor can the system be changed."""
    return all(
        refused(lambda place=place, mode=mode: open(place, mode).close())  # type: ignore[misc]
        for place, mode in ((f"{FOLDER}/secret", "r"), (f"{FOLDER}/new", "w"), ("/usr/new", "w"))
    )


def processes() -> bool:
    """Neither a process nor a thread can be started."""
    return (
        resource is not None and refused(fork) and refused(threading.Thread(target=int).start, RuntimeError)
    )


def fork() -> None:
    """Start a process that ends at once."""
    if not os.fork():
        os._exit(0)


def others() -> bool:
    """The process that started this one cannot be found, so no signal can be sent to it."""
    if resource is None:  # on Windows this signal would end the process
        return False
    return refused(lambda: os.kill(int(STARTED_BY), 0), ProcessLookupError)


def privileges() -> bool:
    """Nothing that only an administrator may do can be done."""
    return resource is not None and refused(lambda: os.chroot("/"))


def memory() -> bool:
    """More memory than the limit cannot be had."""
    return refused(lambda: bytearray(int(MEMORY)), MemoryError)


def time() -> bool:
    """The processor time is limited. (To try it would take that long.)"""
    return resource.getrlimit(resource.RLIMIT_CPU)[1] == int(CPU)


def open_files() -> bool:
    """Not more files than the limit can be open."""
    return refused(lambda: [os.dup(0) for _ in range(int(FILES))])


def file_size() -> bool:
    """Neither one large file can be written, nor many small ones."""
    size, many = int(FILE_SIZE), 2 * int(SCRATCH) // int(FILE_SIZE)
    return refused(lambda: write("large", size + 1)) and refused(
        lambda: [write(n, size) for n in range(many)]
    )


def write(name: object, size: int) -> int:
    """Write a scratch file."""
    with open(f"/tmp/{name}", "wb") as file:
        return file.write(bytes(size))


if __name__ == "__main__":
    unlimited = () if resource else (time, file_size)
    # Open files last: after that attempt no other file can be opened.
    for attempt in (network, files, processes, others, privileges, memory, time, file_size, open_files):
        if attempt not in unlimited and attempt():
            print(attempt.__name__.replace("_", " "))
    print("done")
