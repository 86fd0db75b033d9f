/** The apps for log benchmarks. */
/** A text that each line of a flood contains once; the bytes of a line include its colours. */
export const FLOOD_LINE = 'GET /api/v1/items/'
export const FLOOD_LINE_BYTES = 108

/** An app that prints on request: a flood of coloured lines, or lines at a steady pace with their time. */
export const WRITING_APP = `import http.server, os, sys, time

LINE = "\\x1b[32mINFO\\x1b[0m:     127.0.0.1:50000 - \\x1b[1m\\"GET /api/v1/items/%08d HTTP/1.1\\"\\x1b[0m \\x1b[32m200 OK\\x1b[0m in 12 ms\\n"

def flood(megabytes, name):
    block = "".join(LINE % n for n in range(600)).encode()
    for _ in range(megabytes * 1024 * 1024 // len(block)):
        sys.stdout.buffer.write(block)
    print("end of flood", name, flush=True)

def ticks(count, name):
    begin = time.time()
    for n in range(count):
        wait = begin + n / 1000 - time.time()
        if wait > 0:
            time.sleep(wait)
        print("tick", n, "at", time.time() * 1000, flush=True)
    print("end of ticks", name, flush=True)

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, verb, amount, name = self.path.split("/")
        {"flood": flood, "ticks": ticks}[verb](int(amount), name)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass

http.server.ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"])), Handler).serve_forever()
`
