/** The log pane in bad times: strange bytes, a host that sleeps or dies, a killed app, an instance that is gone. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { drawn, expect, type Home, startBrowserHost, test, visit } from './fixtures.ts'
import { expectLinesTo, openLog, run, showLog } from './pages/saying-app.ts'

async function find(log: Locator, text: string) {
  await log.getByRole('group', { name: /^Lines of/ }).press('Control+f')
  await log.getByRole('textbox', { name: 'Find in log' }).fill(text)
}

test('shows a two-megabyte line, garbage, and every script', async ({ home, window }) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  await app.say('before')
  await app.write(Buffer.concat([Buffer.alloc(2 << 20, 'long '), Buffer.from('its end\n')]))
  await app.write(Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) & 255)))
  await app.write(
    Buffer.from('\n\x1b]52;c;b3duZWQ=\x07\x1bc\x1b[?1049h\x1b[31mred\x1b[0m\x1b[5;99Hjump\x9b2J\n')
  )
  await app.say('\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u{1f680} \u05e2\u05d1\u05e8\u05d9\u05ea')
  await app.say('after')
  await expect(log).toContainText('redjump')
  await expect(log).toContainText('\u{1f680}')
  await expect(log).toContainText('after')
  await find(log, 'its end')
  await expect(log.getByRole('status')).toHaveText('1 of 1')
  await expect(log).toContainText('its end')
  const list = log.getByRole('group', { name: /^Lines of/ })
  await log.getByRole('button', { name: 'Wrap lines' }).click()
  await list.press('End')
  await expect(log).toContainText('after')
  expect(await list.evaluate(element => element.scrollWidth - element.clientWidth)).toBeLessThan(2)
})

test('reports when the app is killed, and continues with its next run', async ({ home, window }) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  await app.say('line {n}', 50)
  await expectLinesTo(log, 49)
  const { pid } = JSON.parse(
    await readFile(join(home.folder, 'state/runs', app.id, 'state.json'), 'utf8')
  ) as { pid: number }
  process.kill(pid, 'SIGKILL')
  await expect(log).toContainText('The instance has ended.', { timeout: 60_000 })
  await expect(log).toContainText('line 49')
  await home.cli('instance', 'start', app.id)
  await app.say('in its next run')
  await expect(log).toContainText('in its next run', { timeout: 60_000 })
  await app.say('more of it {n}', 200)
  await expect(log).toContainText('more of it 199')
  await log.getByRole('button', { name: 'More for this log' }).click()
  await window.getByRole('menuitem', { name: 'Previous run' }).click()
  await expect(log).toContainText('line 0')
})

test('a removed instance leaves its lines, and a row that says so', async ({ home, window }) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  await app.say('line {n}', 50)
  await expectLinesTo(log, 49)
  await home.cli('instance', 'stop', app.id)
  await home.cli('instance', 'remove', app.id)
  await expect(log).toContainText('There is no instance', { timeout: 60_000 })
  await expect(log).toContainText('line 49')
})

test.describe('a host', { tag: '@browser' }, () => {
  async function openedBy(home: Home, page: Page) {
    const host = await startBrowserHost(home)
    await visit(page, host.url)
    await drawn(page)
    return host
  }

  test('that slept continues with every line once', async ({ home, page }) => {
    test.skip(process.platform === 'win32', 'no process can be held there')
    const [app] = await run(home, 1)
    const host = await openedBy(home, page)
    const log = await openLog(page, app.id)
    await app.say('line {n}', 20)
    await expectLinesTo(log, 19)
    host.hold()
    for (let number = 20; number < 1_020; number += 100) await app.say('line {n}', 100, number)
    host.goOn()
    await expectLinesTo(log, 1_019)
    await host.stop()
  })

  test('that died is reported, and the next one shows the same log', async ({ home, page }) => {
    const [app] = await run(home, 1)
    const first = await openedBy(home, page)
    const log = await openLog(page, app.id)
    await app.say('line {n}', 20)
    await expectLinesTo(log, 19)
    await first.kill()
    await expect(log).toContainText('The connection was lost. Reconnecting…')
    await expect(log).toContainText('line 19')
    await app.say('line {n}', 200, 20)
    const next = await openedBy(home, page)
    await expectLinesTo(await showLog(page, app.id), 219)
    await next.stop()
  })
})
