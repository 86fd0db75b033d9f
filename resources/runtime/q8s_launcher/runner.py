"""Runs commands to their end and reacts to a request to stop. Shared by the launcher and the builder of environments."""
import queue

from .processes import Children

# How often what has no event is looked at: an idle prompt, memory, the stop file. In seconds.
TICK_SECONDS = 0.5


class Runner:
    """Has `children` and the queue of their events. A subclass says when to stop (`check_stop`)."""

    def __init__(self, log, echo=None):
        self.events = queue.SimpleQueue()
        self.children = Children(log, echo, lambda child: self.events.put(("exit", child)))

    def check_stop(self):
        """Raises Stopped when asked to stop."""

    def start(self, name, command, cwd, env, observe=None, streams=("stdout", "stderr")):
        """Starts a child. Raises OSError when it cannot be started."""
        return self.children.start(name, command, cwd, env, observe, streams)

    def run_command(self, name, command, cwd, env, on_line):
        """Runs a command to its end, its output as system lines: (exit status, last output). Raises Stopped."""

        def observe(lines):
            for line in lines.decode("utf-8", "replace").splitlines():
                on_line(line)

        try:
            child = self.start(name, command, cwd, env, observe, ("system", "system"))
        except OSError as error:
            return 127, "%s: %s" % (name, error.strerror or error)
        while not child.ended.is_set():
            try:
                self.events.get(timeout=TICK_SECONDS)
            except queue.Empty:
                self.children.flush_idle()
            self.check_stop()
        child.drain(2)
        return child.code, child.tail()
