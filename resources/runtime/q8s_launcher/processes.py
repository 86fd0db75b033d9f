"""Children of the launcher: started in groups of their own, reaped, measured, and ended with all they started."""
import os
import signal
import subprocess
import sys
import threading

from . import tree
from .pump import Pump

LINUX = sys.platform.startswith("linux")
WINDOWS = os.name == "nt"

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_F_SETPIPE_SZ = 1031
_PIPE_BYTES = 1 << 20

if LINUX:
    import ctypes
    import fcntl

    _libc = ctypes.CDLL(None, use_errno=True)
elif WINDOWS:
    from . import windows


class Child:
    """A started process. `code` is its exit status once it has ended, negative for a signal, else None."""

    def __init__(self, name, process, pumps):
        self.name = name
        self.process = process
        self.pid = process.pid
        self.pumps = pumps
        self.code = None
        self.ended = threading.Event()

    def tail(self):
        """The last lines it wrote, stderr after stdout, as text."""
        return "\n".join(pump.tail.decode("utf-8", "replace") for pump in self.pumps)

    def drain(self, seconds):
        """Waits until its output is read to the end; something it left running may hold the pipe open."""
        for pump in self.pumps:
            pump.thread.join(seconds)


class Children:
    """Starts and reaps. `on_exit` is called on another thread, with each child that ended.

    Start from the main thread only: on Linux a child dies with the *thread* that started it.
    """

    def __init__(self, log, echo, on_exit):
        self._log = log
        self._echo = echo
        self._on_exit = on_exit
        self._lock = threading.Lock()
        self._by_pid = {}
        self._started = []
        self._any = threading.Event()
        adopt_orphans()
        if LINUX:
            threading.Thread(target=self._reap, name="reaper", daemon=True).start()

    def start(self, name, command, cwd, env, observe=None, streams=("stdout", "stderr")):
        """Starts a command with its output going to the log. Raises OSError when it cannot be started."""
        with self._lock:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                **_group_options()
            )
            pumps = []
            for pipe, stream in zip((process.stdout, process.stderr), streams):
                pumps.append(Pump(_own_fd(pipe), stream, self._log, self._echo, observe))
            child = Child(name, process, pumps)
            self._by_pid[process.pid] = child
            self._started.append(child)
        for pump in pumps:
            pump.start()
        if LINUX:
            self._any.set()
        else:
            threading.Thread(target=self._finish, args=(child,), name="wait", daemon=True).start()
        return child

    def living(self):
        with self._lock:
            return list(self._by_pid.values())

    def flush_idle(self):
        for child in self.living():
            for pump in child.pumps:
                pump.flush_idle()

    def kill_all(self):
        """Ends every child with everything below it, at once, and reads what they still had to say."""
        for child in self.living():
            signal_group(child, kill=True)
        if not WINDOWS and not LINUX:
            # Orphans go elsewhere here, but their group still has them.
            for child in self._started:
                try:
                    os.killpg(child.pid, signal.SIGKILL)
                except OSError:
                    pass
        for _round in range(5):
            left = tree.descendants(os.getpid()) if not WINDOWS else []
            if not left:
                break
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            for child in self.living():
                child.ended.wait(0.5)
        for child in self._started:
            child.drain(1)

    def _finish(self, child):
        child.code = child.process.wait()
        with self._lock:
            self._by_pid.pop(child.pid, None)
        child.ended.set()
        self._on_exit(child)

    def _reap(self):
        """Waits for any child, adopted orphans too: without that they would stay as zombies."""
        while True:
            try:
                pid = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT).si_pid
            except ChildProcessError:
                self._any.wait()
                self._any.clear()
                continue
            with self._lock:
                child = self._by_pid.get(pid)
                if child is None:
                    try:
                        os.waitpid(pid, os.WNOHANG)
                    except OSError:
                        pass
            if child is not None:
                self._finish(child)


def adopt_orphans():
    """Makes processes orphaned below this one its children (Linux), or ends them with it (Windows)."""
    if LINUX:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    elif WINDOWS:
        windows.end_children_with_this_process()


def signal_group(child, kill=False):
    """Asks a child and its group to end, or kills them."""
    if child.ended.is_set() and WINDOWS:
        return
    try:
        if WINDOWS:
            if kill:
                windows.kill_tree(child.pid)
            else:
                child.process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            os.killpg(child.pid, signal.SIGKILL if kill else signal.SIGTERM)
    except (OSError, ValueError):
        pass


def signal_name(code):
    """`SIGKILL` for -9; None for an ordinary exit status."""
    if code is None or code >= 0 or WINDOWS:
        return None
    try:
        return signal.Signals(-code).name
    except ValueError:
        return "signal %d" % -code


def _own_fd(pipe):
    """The pipe's descriptor, taken away from its file object, with room for bursts."""
    fd = os.dup(pipe.fileno())
    pipe.close()
    if LINUX:
        try:
            fcntl.fcntl(fd, _F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:
            pass
    return fd


def _group_options():
    if WINDOWS:
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    if not LINUX:
        return {"start_new_session": True}
    parent = os.getpid()

    def before_exec():
        # Die with the launcher, even when that is killed; and be the one the kernel takes when memory runs out.
        _libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        try:
            fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
            os.write(fd, b"500")
            os.close(fd)
        except OSError:
            pass

    return {"start_new_session": True, "preexec_fn": before_exec}
