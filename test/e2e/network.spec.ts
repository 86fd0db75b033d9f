/** Nothing of the app uses the network before the user asks for it: strace records the calls of every process. */
import { spawnSync } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { electronProgram } from '../../scripts/electron-program.mjs'
import { drawn, expect, type Home, startBrowserHost, startElectron, test, visit } from './fixtures.ts'

const canTrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0

test('a first start sends nothing over the network', async ({ home, browser }, info) => {
  test.skip(!canTrace, 'strace is not there')
  if (info.project.metadata.shell === 'electron') {
    const watched = await watch(home, electronProgram() as string)
    const { page, close } = await startElectron(home, watched.program)
    await expect(page.getByRole('button', { name: 'Keychain' })).toBeVisible()
    for (const key of ['2', '3', '4', '5', '6', '1']) await page.keyboard.press(key)
    await close()
    expect(await watched.reached()).toEqual([])
  } else {
    const watched = await watch(home, process.execPath)
    const host = await startBrowserHost(home, { program: watched.program })
    const page = await browser.newPage()
    await visit(page, host.url)
    await drawn(page)
    await expect(page.getByRole('button', { name: 'Keychain' })).toBeVisible()
    await page.close()
    await host.stop()
    expect(await watched.reached()).toEqual([])
  }
})

/** A script that runs the program under strace; `reached` returns the network calls of it and its children. */
async function watch(home: Home, program: string) {
  const trace = join(home.folder, 'network.txt')
  const script = join(home.folder, 'watched.sh')
  const calls = 'trace=connect,sendto,sendmsg,sendmmsg'
  // -D: the program stays our direct child and gets our signals itself.
  await writeFile(script, `#!/bin/sh\nexec strace -D -f -qq -e ${calls} -o '${trace}' '${program}' "$@"\n`)
  await chmod(script, 0o755)
  return {
    program: script,
    async reached() {
      const lines = (await readFile(trace, 'utf8')).split('\n')
      expect(lines.length, 'calls that were seen').toBeGreaterThan(3)
      return lines.filter(line => /AF_INET6?\b/.test(line) && !isLoopback(line))
    }
  }
}

/** A resolver on this computer asks other servers, so a query to it counts. */
function isLoopback(line: string): boolean {
  const loopback = /inet_addr\("127\.|inet_pton\(AF_INET6, "(::1|::ffff:127\.[\d.]+)"/.test(line)
  return loopback && !/htons\(53\)/.test(line)
}
