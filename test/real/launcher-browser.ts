/** A real browser to test running apps: Chromium from CHROMIUM_PATH or its usual places. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from '@playwright/test'

export const CHROMIUM = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome'
].find(path => path && existsSync(path))

/** A headless browser; `close` it. */
export async function openBrowser(): Promise<Browser> {
  if (!CHROMIUM) throw new Error('no Chromium')
  const args = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run'
  ]
  return await chromium.launch({ executablePath: CHROMIUM, args })
}
