"""A web app of the standard library alone. Any framework does, as long as it listens on HOST and PORT."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = '''<!doctype html>
<meta charset="utf-8"><title>Plain Web</title>
<style>body {{ font: 16px system-ui; margin: 15vh auto; text-align: center }} button {{ font: inherit; padding: 8px 20px }}</style>
<h1>{count}</h1>
<p>clicks so far</p>
<form method="post"><button>Click me</button></form>
'''

clicks = 0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = PAGE.format(count=clicks).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'text/html; charset=utf-8')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        global clicks
        clicks += 1
        print(f'Count is now {clicks}')
        self.send_response(303)
        self.send_header('Location', '/')
        self.send_header('Content-Length', '0')
        self.end_headers()


if __name__ == '__main__':
    address = os.environ.get('HOST', '127.0.0.1'), int(os.environ.get('PORT', '8080'))
    print(f'Listening on http://{address[0]}:{address[1]}')
    ThreadingHTTPServer(address, Handler).serve_forever()
