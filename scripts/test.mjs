/** Runs every test whose components are on this machine, and names what was skipped and why. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { electronProgram } from './electron-program.mjs'

const root = join(import.meta.dirname, '..')
const reports = join(root, 'test-results')
const require = createRequire(import.meta.url)

const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
]

/** Of why a test failed, enough to know which step it was. */
const REASON_LINES = 12

const chromium = process.env.CHROMIUM_PATH ?? CHROMIUM.find(existsSync)
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
const electron = hasDisplay ? electronProgram() : undefined
const env = { ...process.env, ...(chromium ? { CHROMIUM_PATH: chromium } : {}) }

rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

function bin(name, script) {
  return join(require.resolve(`${name}/package.json`), '..', script)
}

function run(script, args, extra = {}) {
  return spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, ...extra }
  }).status
}

const skipped = []
const failed = []
const total = { passed: 0, failed: 0, skipped: 0 }

function vitest() {
  const report = join(reports, 'vitest.json')
  const projects = ['boundaries', 'unit', 'apart', 'real'].flatMap(name => ['--project', name])
  run(bin('vitest', 'vitest.mjs'), [
    'run',
    ...projects,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`
  ])
  if (!existsSync(report)) return fail('Vitest', 'it ended without a report')
  const { testResults, numPassedTests, numFailedTests, success } = JSON.parse(readFileSync(report, 'utf8'))
  total.passed += numPassedTests
  total.failed += numFailedTests || (success ? 0 : 1)
  for (const file of testResults) {
    if (file.status === 'failed' && file.assertionResults.every(test => test.status !== 'failed'))
      tell(file.name, file.message)
    for (const test of file.assertionResults) {
      if (test.status === 'failed') tell(test.fullName, test.failureMessages.join('\n'))
      else if (test.status !== 'passed') skip(test.fullName)
    }
  }
}

/** The shells side by side. */
function playwright(projects) {
  const report = join(reports, 'playwright.json')
  const args = projects.flatMap(name => ['--project', name])
  run(
    bin('@playwright/test', 'cli.js'),
    ['test', ...args, '--reporter=line,json', '--output', join(reports, 'playwright')],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: report }
  )
  if (!existsSync(report)) return fail('Playwright', 'it ended without a report')
  const { stats, errors, suites } = JSON.parse(readFileSync(report, 'utf8'))
  total.passed += stats.expected
  total.failed += stats.unexpected + stats.flaky + errors.length
  for (const error of errors) tell('Playwright', error.message)
  for (const suite of suites) lookInto(suite)
}

function lookInto(suite) {
  for (const spec of suite.specs ?? []) {
    for (const test of spec.tests) {
      const name = `${test.projectName}: ${spec.title}`
      const reason = test.annotations.find(note => note.type === 'skip')?.description
      if (test.status === 'skipped') skip(reason ? `${name} (${reason})` : name)
      if (test.status === 'unexpected' || test.status === 'flaky')
        tell(name, test.results.flatMap(result => result.errors.map(error => error.message)).join('\n'))
    }
  }
  for (const inner of suite.suites ?? []) lookInto(inner)
}

function fail(name, why) {
  total.failed++
  tell(name, why)
}

/** Said at the end once more: between thousands of lines nobody finds it. */
function tell(name, why = '') {
  const lines = stripVTControlCharacters(why).split('\n').slice(0, REASON_LINES)
  failed.push([name, ...lines.map(line => `    ${line}`)].join('\n  '))
}

function skip(name) {
  total.skipped++
  skipped.push(name)
}

vitest()
if (chromium) playwright(['chromium', ...(electron ? ['electron'] : [])])
else skip('the window in Chromium (no Chromium found; name one with CHROMIUM_PATH)')
if (!electron || !chromium)
  skip(`the window in Electron (${hasDisplay ? 'no Electron program was fetched' : 'there is no display'})`)

console.log(
  skipped.length === 0
    ? '\nNothing was skipped.'
    : `\nSkipped:\n${skipped.map(name => `  ${name}`).join('\n')}`
)
if (failed.length > 0) console.log(`Failed:\n  ${failed.join('\n  ')}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
