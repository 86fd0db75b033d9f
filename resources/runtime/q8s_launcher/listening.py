"""Where the processes below the launcher listen: (address, port) pairs, as the system tells."""
import os
import re
import socket
import struct
import sys

from . import tree

_LISTEN = "0A"
_MAX_FDS = 4096
_SOCKET = re.compile(r"socket:\[(\d+)\]")


def listeners(root):
    """TCP addresses the processes below `root` listen on, sorted; empty where that cannot be told."""
    pids = tree.descendants(root)
    if not pids:
        return []
    if sys.platform.startswith("linux"):
        return _linux(pids)
    if os.name == "nt":
        return parse_netstat(tree.output(["netstat", "-a", "-n", "-o", "-p", "TCP"]), pids)
    listed = ",".join(str(pid) for pid in pids)
    return parse_lsof(tree.output(["lsof", "-nP", "-iTCP", "-sTCP:LISTEN", "-a", "-p", listed]))


def parse_netstat(text, pids):
    """`TCP    127.0.0.1:7860    0.0.0.0:0    LISTENING    1234`: the state's name depends on the language, the foreign port does not."""
    wanted = {str(pid) for pid in pids}
    found = set()
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 5 and words[0] == "TCP" and words[2].endswith(":0") and words[-1] in wanted:
            found.add(_split(words[1]))
    return sorted(address for address in found if address)


def parse_lsof(text):
    """`Python 1234 me 5u IPv4 0x… 0t0 TCP 127.0.0.1:7860 (LISTEN)`."""
    found = {_split(match.group(1)) for match in re.finditer(r"\bTCP (\S+) \(LISTEN\)", text)}
    return sorted(address for address in found if address)


def parse_proc_net(text, inodes):
    """The listening rows of /proc/net/tcp or tcp6 whose socket is one of `inodes`."""
    found = []
    for line in text.splitlines()[1:]:
        words = line.split()
        if len(words) > 9 and words[3] == _LISTEN and words[9] in inodes:
            address, _, port = words[1].partition(":")
            found.append((_address(address), int(port, 16)))
    return found


def _linux(pids):
    inodes = set()
    for pid in pids:
        inodes |= _sockets_of(pid)
    found = set()
    for name in ("tcp", "tcp6"):
        try:
            # The network of one of them: the same as the launcher's.
            with open("/proc/net/" + name, encoding="ascii", errors="replace") as file:
                found.update(parse_proc_net(file.read(), inodes))
        except OSError:
            pass
    return sorted(found)


def _sockets_of(pid):
    folder = "/proc/%d/fd" % pid
    found = set()
    try:
        names = os.listdir(folder)[:_MAX_FDS]
    except OSError:
        return found
    for name in names:
        try:
            match = _SOCKET.fullmatch(os.readlink(os.path.join(folder, name)))
        except OSError:
            continue
        if match:
            found.add(match.group(1))
    return found


def _address(text):
    """`0100007F` -> `127.0.0.1`: words of four bytes, each in the machine's own order."""
    raw = bytes.fromhex(text)
    words = struct.unpack(">%dI" % (len(raw) // 4), raw)
    packed = struct.pack("=%dI" % len(words), *words)
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def _split(text):
    """`[::1]:80` -> ("::1", 80); None where it is no address with a port."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]").partition("%")[0]
    return ("0.0.0.0" if host == "*" else host, int(port)) if host and port.isdigit() else None
