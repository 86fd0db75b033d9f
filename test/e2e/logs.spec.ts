/** The log pane: follow, find, filter, save, rows for runs, and several logs at once. */
import { readFile } from 'node:fs/promises'
import { expect, test } from './fixtures.ts'
import { openLog, run } from './pages/saying-app.ts'
import { Workbench } from './pages/workbench.ts'

test('follows until the user scrolls up, then counts new lines', async ({ home, window }) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  await app.say('first {n}', 500)
  await expect(log).toContainText('first 499')

  await log.getByRole('group', { name: 'Lines of Plain Web' }).hover()
  await window.mouse.wheel(0, -2_000)
  await expect(log).not.toContainText('first 499')
  await app.say('second {n}', 1_204)
  const pill = log.getByRole('button', { name: '1,204 new lines' })
  await expect(pill).toBeVisible()
  await expect(log).not.toContainText('second')
  await pill.click()
  await expect(log).toContainText('second 1203')
  await app.say('third')
  await expect(log).toContainText('third')

  await log.getByRole('group', { name: 'Lines of Plain Web' }).press('Home')
  await expect(log).toContainText('Run started')
  await window.keyboard.press('End')
  await expect(log).toContainText('third')

  // Of the other mouse buttons, only the middle one closes its tab.
  const tab = window.getByRole('tab', { name: 'Plain Web' })
  await tab.dispatchEvent('auxclick', { button: 2 })
  await expect(log).toBeVisible()
  await tab.dispatchEvent('auxclick', { button: 1 })
  await expect(log).toBeHidden()
})

test('finds in the whole log, filters, and clears with undo', async ({ home, window }) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  await app.say('the needle is here')
  await app.say('hay {n}', 20_000)
  await app.say('ERROR: a Needle in hay')
  await expect(log).toContainText('a Needle in hay')

  await test.step('find', async () => {
    await window.keyboard.press('Control+f')
    await window.keyboard.type('needle')
    await expect(log.getByRole('status')).toHaveText('2 of 2')
    await window.keyboard.press('Shift+Enter')
    await expect(log.getByRole('status')).toHaveText('1 of 2')
    await expect(log).toContainText('the needle is here')
    await log.getByRole('button', { name: 'Match case' }).click()
    await expect(log.getByRole('status')).toHaveText('1 of 1')
    await log.getByRole('button', { name: 'Match case' }).click()
    await log.getByRole('textbox', { name: 'Find in log' }).fill('needl')
    await expect(log.getByRole('status')).toHaveText(/of 2$/)
    await log.getByRole('button', { name: 'Whole word' }).click()
    await expect(log.getByRole('status')).toHaveText('No match')
    await log.getByRole('button', { name: 'Whole word' }).click()
    await log.getByRole('button', { name: 'Regular expression' }).click()
    await log.getByRole('textbox', { name: 'Find in log' }).fill('^hay 1999\\d$')
    await expect(log.getByRole('status')).toHaveText(/^\d+ of 10$/)
    await window.keyboard.press('Escape')
    await expect(log.getByRole('status')).toBeHidden()
  })

  await test.step('filter', async () => {
    await window.keyboard.press('End')
    await expect(log).toContainText('a Needle in hay')
    await window.keyboard.press('/')
    await window.keyboard.type('needle')
    await expect(log).toContainText('the needle is here')
    await expect(log).not.toContainText('hay 1')
    await log.getByRole('textbox', { name: 'Exclude' }).fill('ERROR')
    await expect(log).not.toContainText('a Needle in hay')
    await log.getByRole('textbox', { name: 'Exclude' }).fill('')
    await log.getByRole('combobox', { name: 'Level' }).click()
    await window.getByRole('option', { name: 'Errors', exact: true }).click()
    await expect(log).toContainText('a Needle in hay')
    await expect(log).not.toContainText('the needle is here')
    await log.getByRole('textbox', { name: 'Exclude' }).fill('NEEDLE')
    await expect(log.getByRole('status')).toHaveText('No lines match the filter.')
    await log.getByRole('textbox', { name: 'Exclude' }).fill('hay')
    await expect(log.getByRole('status')).toHaveText('No lines match the filter.')
    await app.say('ERROR: one more needle')
    await expect(log).toContainText('one more needle')
    await expect(log.getByRole('status')).toHaveText('')
    await log.getByRole('textbox', { name: 'Exclude' }).press('Escape')
    await expect(log).toContainText('hay 19999')
  })

  await test.step('clear', async () => {
    // From far up too: new lines are followed from then on.
    await log.getByRole('group', { name: /^Lines of/ }).press('Home')
    await expect(log).toContainText('the needle is here')
    await log.getByRole('button', { name: 'More for this log' }).click()
    await window.getByRole('menuitem', { name: 'Clear view' }).click()
    await expect(log).not.toContainText('hay')
    await app.say('after it')
    await expect(log).toContainText('after it')
    await expect(log.getByRole('button', { name: /new line|To the end/ })).toBeHidden()
    await log.getByRole('button', { name: 'Show them again' }).click()
    await expect(log).toContainText('a Needle in hay')
    await expect(log).toContainText('after it')
  })
})

test('shows untrusted text as plain text, and formats JSON on request', async ({ home, window }) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  const title = await window.title()
  await app.say('\x1b]0;owned\x07\x1b[2J\x1b[8msecret\x1b[0m gnp\u202eexe <img src=x onerror=alert(1)>')
  await expect(log).toContainText('secret gnp[U+202E]exe <img src=x onerror=alert(1)>')
  expect(await window.title()).toBe(title)
  await app.say('{"level":"error","message":"it failed","attempt":3}')
  await log.getByRole('button', { name: 'Tidy JSON' }).click()
  await expect(log).toContainText('ERROR it failed  attempt=3')
  await log.getByRole('button', { name: 'Lay out the JSON of this line' }).last().click()
  await expect(log).toContainText('"attempt": 3')
  await app.say('x'.repeat(1_500), 2)
  await log.getByRole('button', { name: 'Wrap lines' }).click()
  const list = log.getByRole('group', { name: 'Lines of Plain Web' })
  expect(await list.evaluate(element => element.scrollWidth - element.clientWidth)).toBeLessThan(2)
})

test('follows to the end with reduced motion too', async ({ home, window }) => {
  const [first, ...others] = await run(home, 2)
  await window.emulateMedia({ reducedMotion: 'reduce' })
  await openLog(window, first.id)
  await first.say('first {n}', 1_500)
  await window.getByRole('button', { name: 'Wrap lines' }).click()
  await window.getByRole('button', { name: 'Show another log beside' }).click()
  for (const { id } of others) {
    await window.getByRole('menuitem', { name: new RegExp(id.slice(0, 8)) }).click()
  }
  await window.getByRole('button', { name: 'Merge by time' }).click()
  const merged = window.getByRole('group', { name: /^Lines of / })
  await expect(merged).toHaveCount(1)
  await expect(merged.getByText('first 1499')).toBeInViewport()
})

// In Electron the system opens links: electron-security.spec.ts.
test('opens a link only when it is clicked, and only links to the web', { tag: '@browser' }, async ({
  home,
  window
}) => {
  const [app] = await run(home, 1)
  const opened: string[] = []
  window.context().on('page', page => opened.push(page.url()))
  await window.context().route('https://docs.example.org/**', route => route.fulfill({ body: 'the page' }))
  const log = await openLog(window, app.id)
  await app.say('\x1b]8;;https://evil.example\x07hidden\x1b]8;;\x07 javascript:alert(1) file:///etc/passwd')
  await app.say('see https://docs.example.org/a?b=1, please')
  const link = log.getByRole('link')
  await expect(link).toHaveText('https://docs.example.org/a?b=1')
  await link.hover()
  expect(opened).toEqual([])
  const [page] = await Promise.all([window.context().waitForEvent('page'), link.click()])
  await expect(page).toHaveURL('https://docs.example.org/a?b=1')
  expect(await page.evaluate(() => window.opener)).toBeNull()
  expect(opened).toHaveLength(1)
})

// Electron asks for the place in a system dialog, which no test can answer.
test('saves all its lines, and starts each run with a row', { tag: '@browser' }, async ({ home, window }) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  await app.say('in the first run {n}', 30_000)
  await home.cli('instance', 'stop', app.id)
  await expect(log).toContainText('The instance has ended.', { timeout: 60_000 })
  await home.cli('instance', 'start', app.id)
  await app.say('in the second run')
  await expect(log).toContainText('in the second run', { timeout: 60_000 })
  await expect(log.getByText('Run started').last()).toBeVisible()

  const choose = async (name: string) => {
    await log.getByRole('button', { name: 'More for this log' }).click()
    await window.getByRole('menuitem', { name, exact: true }).click()
  }
  const save = async (name: string) => {
    const [download] = await Promise.all([window.waitForEvent('download'), choose(name)])
    return (await readFile(await download.path(), 'utf8')).split('\n')
  }
  const saved = await save('Save whole log')
  expect(saved.filter(line => line.includes('in the first run'))).toHaveLength(30_000)
  expect(saved.some(line => line.endsWith('stdout in the second run'))).toBe(true)

  await window.keyboard.press('/')
  await window.keyboard.type('in the second run')
  await expect(log).not.toContainText('app is ready')
  await expect(log.getByText('in the second run', { exact: true })).toBeVisible()
  const visible = await save('Save visible lines')
  expect(visible).toEqual([expect.stringMatching(/^\S+Z stdout in the second run$/), ''])
  await log.getByRole('textbox', { name: 'Show only' }).press('Escape')
  // All lines are shown again, so the runs can be found among them.
  await expect(log).toContainText('app is ready')

  await choose('Previous run')
  await expect(log).toContainText('in the first run 0')
})

test('shows several logs side by side, and merged by time', async ({ home, window }) => {
  const apps = await run(home, 3)
  const [first] = apps
  await openLog(window, first.id)
  for (const app of apps.slice(1)) {
    await window.getByRole('button', { name: 'Show another log beside' }).click()
    await window.getByRole('menuitem', { name: new RegExp(app.id.slice(0, 8)) }).click()
  }
  const panes = new Workbench(window).log('Plain Web')
  await expect(panes).toHaveCount(3)
  for (const [index, app] of apps.entries()) await app.say(`of number ${index}`)
  for (const index of [0, 1, 2]) await expect(panes.nth(index)).toContainText(`of number ${index}`)

  await window.getByRole('button', { name: 'Merge by time' }).click()
  const merged = window.getByRole('group', { name: /^Lines of / })
  await expect(merged).toHaveCount(1)
  for (const index of [0, 1, 2]) await expect(merged).toContainText(`of number ${index}`)
  // A line that is read late appears where it was read, so each must be visible before the next is written.
  for (const [index, app] of apps.entries()) {
    await app.say(`then ${index}`)
    await expect(merged).toContainText(`then ${index}`)
  }
  await expect(merged).toContainText(/then 0.*then 1.*then 2/s)
})
