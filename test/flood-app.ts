/** An app that writes very many lines, for tests and measurements of logs. */

/**
 * Python source of an app that, at `/go`, writes the given number of lines of 105 bytes as fast as it can. Any other
 * path answers with the seconds that took, or `null` until it is done.
 */
export function floodApp(lines: number): string {
  return `
import json, os, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

seconds = None

def flood():
    global seconds
    begin, filler = time.monotonic(), b"x" * 95
    for first in range(0, ${lines}, 1000):
        sys.stdout.buffer.write(b"".join(b"%08d %s\\n" % (n, filler) for n in range(first, first + 1000)))
    sys.stdout.buffer.flush()
    seconds = time.monotonic() - begin

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/go":
            threading.Thread(target=flood).start()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(seconds).encode())

    def log_message(self, *args):
        pass

ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`
}

/** Python source that writes the same lines and exits. */
export function floodScript(lines: number): string {
  return `
import sys
filler = b"x" * 95
for first in range(0, ${lines}, 1000):
    sys.stdout.buffer.write(b"".join(b"%08d %s\\n" % (n, filler) for n in range(first, first + 1000)))
`
}
