/** The renderer's files: served from their folder only, with the security policy. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPage } from '#hosts/page.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-page-'))
  await mkdir(join(root, 'renderer', 'assets'), { recursive: true })
  await writeFile(join(root, 'secret.js'), 'secret')
  await writeFile(join(root, 'renderer', 'index.html'), '<meta content="__NONCE__"><i nonce="__NONCE__">')
  await writeFile(join(root, 'renderer', 'assets', 'index-a.js'), 'code')
  await writeFile(join(root, 'renderer', '.hidden.js'), 'hidden')
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('the page', () => {
  test('has a policy that allows nothing inline except styles with this page’s nonce', async () => {
    const page = createPage(join(root, 'renderer'))
    const [one, two] = [await page('/'), await page('/')]
    const policy = one?.headers['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe|\*|data:|blob:/)
    const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1] ?? ''
    expect(nonce.length).toBeGreaterThan(20)
    expect(one?.body).toBe(`<meta content="${nonce}"><i nonce="${nonce}">`)
    expect(two?.body).not.toBe(one?.body)
  })

  test('files are served with their type and without sniffing', async () => {
    const file = await createPage(join(root, 'renderer'))('/assets/index-a.js')
    expect(String(file?.body)).toBe('code')
    expect(file?.headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
    expect(file?.headers['content-type']).toContain('javascript')
  })

  test.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/.hidden.js',
    '//secret.js',
    '/assets',
    '/assets/',
    '/a\\b.js',
    '/no.js'
  ])('%s is not found', async path => expect(await createPage(join(root, 'renderer'))(path)).toBeUndefined())
})
