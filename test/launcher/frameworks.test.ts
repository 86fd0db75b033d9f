/** Which program starts a module that does not start a server itself. */
import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { LAUNCHER, PYTHON } from './support.ts'

const SCRIPT = `
import ast, json, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher.frameworks import command_of, framework_of
found = framework_of('my.app', '/app/my/app.py', ast.parse(sys.argv[2]))
print(json.dumps(found and command_of(found, 'python', '0.0.0.0', 55555)))
`

it.skipIf(!PYTHON).each<[what: string, source: string, command: string | null]>([
  [
    'a Streamlit script',
    'import streamlit as st\nst.title("x")',
    'streamlit run /app/my/app.py --server.port 55555 --server.address 0.0.0.0 --server.headless true'
  ],
  [
    'an ASGI object',
    'from fastapi import FastAPI\napi = FastAPI()',
    'uvicorn my.app:api --host 0.0.0.0 --port 55555'
  ],
  [
    'a WSGI object',
    'import flask\nweb: flask.Flask = flask.Flask("a")',
    'flask --app my.app:web run --host 0.0.0.0 --port 55555'
  ],
  [
    'an object beside other runs',
    'import subprocess\nfrom fastapi import FastAPI\napp = FastAPI()\ndef x(): subprocess.run(["ls"])',
    'uvicorn my.app:app --host 0.0.0.0 --port 55555'
  ],
  [
    'a Django project',
    'from django.core.management import execute_from_command_line\nexecute_from_command_line([])',
    'my.app runserver --noreload 0.0.0.0:55555'
  ],
  [
    'an object that is run',
    'import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nuvicorn.run(app)',
    null
  ],
  ['a script that starts Streamlit', 'import subprocess, streamlit\nsubprocess.run([])', null],
  ['an object in a function', 'from flask import Flask\ndef make():\n    app = Flask("a")', null],
  ['anything else', 'print(1)', null]
])('%s', (_, source, command) => {
  const output = execFileSync(PYTHON ?? '', ['-B', '-c', SCRIPT, dirname(LAUNCHER), source]).toString()
  expect(JSON.parse(output)?.slice(2).join(' ') ?? null).toBe(command)
})
