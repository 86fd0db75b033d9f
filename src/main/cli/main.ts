#!/usr/bin/env node
/** The entry of q8s-cli: prints its version before anything else is loaded, otherwise calls `run`. */
import { constants } from 'node:os'
import { VERSION } from '#main/version.ts'

const argv = process.argv.slice(2)
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${VERSION}\n`)
} else {
  await start()
}

async function start(): Promise<void> {
  const { run } = await import('./run.ts')
  const interrupt = new AbortController()
  let received: NodeJS.Signals | undefined
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) {
    if (name === 'SIGBREAK' && process.platform !== 'win32') continue
    process.on(name, () => {
      // The first signal asks for an orderly end; a second one ends the process at once.
      if (received) process.exit(codeOf(name))
      received = name
      interrupt.abort()
    })
  }
  const code = await run(argv, {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
    now: () => new Date(),
    createHost: async () => (await import('#main/compose.ts')).createHost({ kind: 'cli' })
  })
  process.exit(code === 130 && received ? codeOf(received) : code)
}

/** The exit code that a shell reports for a program ended by a signal. */
function codeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}
