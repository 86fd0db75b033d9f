/** The output of the commands matches the guide exactly. */
import { expect, test } from 'vitest'
import { age, table, timestamp } from '#main/cli/format.ts'
import { app, cli, instance, JOB_ID, job, watching } from './support.ts'

// The first part of the guide's sample IDs has a digit too many. Without it they are valid IDs.
const GUIDE_LIST = `\
ID                                   TITLE                          OWNER            CREATED UPDATED CATEGORY      VISIBILITY
abc54321-0000-0000-0000-1234567890ab Q Peak 0.1.1                   user1@h2o.ai     18d     18d     Healthcare    ALL_USERS
bcd54321-1111-1111-1111-0123456789ab Q Tour 0.0.15-20200922162859   user2@h2o.ai     20d     20d     Other         ALL_USERS
`

const GUIDE_IMPORT = `\
ID              bcd54321-1111-4111-8111-0123456789ab
Title           Q Peak
Version         0.1.2
Category        Healthcare
Created At      2020-10-13 06:28:03.050226 +0000 UTC
Updated At      2020-10-13 06:28:03.050226 +0000 UTC
Owner           user1@h2o.ai
Visibility      ALL_USERS
Bundle Location ai.h2o.q.peak.0.1.2.qz
Icon Location   ai.h2o.q.peak.0.1.2/icon.jpg
Description     Forecast of COVID-19 spread
`

const GUIDE_RUN = `\
ID  22222222-3333-4444-8555-666666666666
URL http://localhost:55555/
`

const days = (count: number) =>
  new Date(Date.parse('2020-10-13T12:00:00Z') - count * 86_400_000).toISOString()

const guideApps = [
  app({
    id: 'abc54321-0000-0000-0000-1234567890ab',
    version: '0.1.1',
    createdAt: days(18),
    updatedAt: days(18.9)
  }),
  app({
    id: 'bcd54321-1111-1111-1111-0123456789ab',
    title: 'Q Tour',
    version: '0.0.15-20200922162859',
    owner: 'user2@h2o.ai',
    category: 'Other',
    createdAt: days(20),
    updatedAt: days(20)
  })
]

test('app list prints the table of the guide', async () => {
  let asked: unknown
  const list = async (input: unknown) => {
    asked = input
    return guideApps
  }
  const outcome = await cli('app list -a', { client: { platform: { apps: { list } } } })
  expect(outcome).toEqual({ code: 0, stdout: GUIDE_LIST, stderr: '' })
  expect(asked).toEqual({ all: true })
})

test('bundle import prints the eleven lines of the guide', async () => {
  let asked: unknown
  const outcome = await cli('bundle import -v all_users -q', {
    client: {
      projects: {
        publish: async (input: unknown) => {
          asked = input
          return { jobId: JOB_ID }
        }
      },
      jobs: { watch: watching(job(), job({ state: 'done', result: { appId: app().id } })) },
      platform: { apps: { get: async () => app() } }
    }
  })
  expect(outcome).toEqual({ code: 0, stdout: GUIDE_IMPORT, stderr: '' })
  expect(asked).toMatchObject({ visibility: 'ALL_USERS' })
})

test('bundle deploy prints the record of the app, then ID and URL', async () => {
  const done = job({ state: 'done', result: { appId: app().id, instanceId: instance().id } })
  const outcome = await cli('bundle deploy', {
    client: {
      projects: { publish: async () => ({ jobId: JOB_ID }) },
      jobs: { watch: watching(job(), done) },
      platform: {
        apps: { get: async () => app(), list: async () => [app()] },
        instances: { get: async () => instance() }
      }
    }
  })
  expect(outcome.stdout).toBe(GUIDE_IMPORT + GUIDE_RUN)
  expect(outcome.stderr).toBe('Bundling\n')
})

test('app run prints ID and URL', async () => {
  const outcome = await cli('app run bcd5', {
    client: {
      platform: { apps: { list: async () => [app()] }, instances: { run: async () => instance() } }
    }
  })
  expect(outcome).toEqual({ code: 0, stdout: GUIDE_RUN, stderr: '' })
})

test('an empty list still has its header', async () => {
  const outcome = await cli('app list', { client: { platform: { apps: { list: async () => [] } } } })
  expect(outcome.stdout).toBe(`${GUIDE_LIST.split('\n')[0]}\n`)
})

test('further lines of a description are indented, and untrusted ones are harmless', async () => {
  const hostile = app({
    title: 'Nice\x1b]0;pwned\x07\u202e title\nVersion 9',
    description: 'First\n\n  second\x1b[2J\r\n'
  })
  const outcome = await cli('app update bcd -v PRIVATE', {
    client: { platform: { apps: { list: async () => [hostile], update: async () => hostile } } }
  })
  expect(outcome.stdout).toContain(
    'Title           Nice‹U+001B›]0;pwned‹U+0007›‹U+202E› title\n                Version 9\n'
  )
  expect(outcome.stdout).toContain('Description     First\n\n                second‹U+001B›[2J\n')
  expect(outcome.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/)
})

test('column widths count what a terminal shows', () => {
  const columns = [{ title: 'A', width: 6 }, { title: 'B' }]
  const rows = [
    ['日本', 'x'],
    ['e\u0301a', 'x'],
    ['🚀', 'x'],
    ['longer than', 'x']
  ]
  expect(table(columns, rows).split('\n')).toEqual([
    'A           B',
    '日本        x',
    'e\u0301a          x',
    '🚀          x',
    'longer than x'
  ])
})

test.each([
  [0, '0s'],
  [59, '59s'],
  [60, '1m'],
  [3599, '59m'],
  [3600, '1h'],
  [86_399, '23h'],
  [86_400, '1d'],
  [18 * 86_400 + 5, '18d'],
  [800 * 86_400, '800d'],
  [-3600, '0s']
])('an age of %d seconds is %s', (seconds, expected) => {
  const now = new Date('2020-10-13T12:00:00Z')
  expect(age(new Date(now.getTime() - seconds * 1000).toISOString(), now)).toBe(expected)
})

test.each([
  ['2020-10-13T06:28:03.050226Z', '2020-10-13 06:28:03.050226 +0000 UTC'],
  ['2020-10-13T06:28:03.05Z', '2020-10-13 06:28:03.050000 +0000 UTC'],
  ['2020-10-13T06:28:03Z', '2020-10-13 06:28:03.000000 +0000 UTC'],
  ['2020-10-13T06:28:03.123456789Z', '2020-10-13 06:28:03.123456 +0000 UTC']
])('the time %s is %s', (time, expected) => {
  expect(timestamp(time)).toBe(expected)
})
