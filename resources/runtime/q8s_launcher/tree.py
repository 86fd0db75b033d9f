"""The process tree below the launcher: who is in it, and how much memory it uses."""
import os
import subprocess
import sys

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def descendants(root):
    """IDs of all processes below `root`, without itself."""
    children = {}
    for pid, parent, _rss in _snapshot(root):
        children.setdefault(parent, []).append(pid)
    found, queue = [], [root]
    while queue:
        below = children.get(queue.pop(), [])
        found.extend(below)
        queue.extend(below)
    return found


def memory_below(root):
    """Resident bytes of all processes below `root` together."""
    rows = _snapshot(root)
    children = {}
    rss = {}
    for pid, parent, size in rows:
        children.setdefault(parent, []).append(pid)
        rss[pid] = size
    total, queue = 0, [root]
    while queue:
        below = children.get(queue.pop(), [])
        total += sum(rss[pid] for pid in below)
        queue.extend(below)
    return total


def started_at(pid):
    """Something that tells a process from a later one of the same ID, or None where it is gone or unknown."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        pass
    if os.name == "nt" or sys.platform.startswith("linux"):
        return None
    text = output(["ps", "-o", "lstart=", "-p", str(pid)]).strip()
    return text or None


def _snapshot(root):
    """(pid, parent, resident bytes) of the processes that may be below root."""
    if os.name == "nt":
        from . import windows

        return windows.processes()
    if sys.platform.startswith("linux"):
        rows = _linux_children(root)
        return _linux_all() if rows is None else rows
    rows = []
    for line in output(["ps", "-axo", "pid=,ppid=,rss="]).splitlines():
        fields = line.split()
        if len(fields) == 3 and all(field.isdigit() for field in fields):
            rows.append((int(fields[0]), int(fields[1]), int(fields[2]) * 1024))
    return rows


def _linux_children(root):
    """Walks down from root by the kernel's own lists; None where the kernel has none."""
    rows, queue = [], [root]
    while queue:
        parent = queue.pop()
        try:
            for task in os.listdir("/proc/%d/task" % parent):
                with open("/proc/%d/task/%s/children" % (parent, task), "rb") as file:
                    for pid in map(int, file.read().split()):
                        rows.append((pid, parent, _linux_rss(pid)))
                        queue.append(pid)
        except FileNotFoundError:
            if parent == root:
                return None
        except OSError:
            pass
    return rows


def _linux_all():
    rows = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
                rows.append((int(name), parent, _linux_rss(int(name))))
            except (OSError, IndexError, ValueError):
                pass
    return rows


def _linux_rss(pid):
    try:
        with open("/proc/%d/statm" % pid, "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def output(command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode("ascii", "replace")
    except OSError:
        return ""
