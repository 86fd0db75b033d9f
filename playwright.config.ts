/** The same specs drive the window in Chromium (over the browser host) and in Electron. */
import { defineConfig } from '@playwright/test'
import type { Options } from './test/e2e/fixtures.ts'

export default defineConfig<Options>({
  testDir: 'test',
  testMatch: '{e2e,hostile}/**/*.spec.ts',
  timeout: 240_000,
  expect: { timeout: 15_000 },
  // One for each shell, side by side: they share neither home nor screen nor clipboard, and a port that is taken is
  // passed over. Two windows of one shell would take the focus from each other.
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  use: {
    viewport: { width: 1280, height: 800 },
    // A picture of each frame, as a trace has by default, takes a tenth of the time; it can show each step without.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    browserName: 'chromium',
    launchOptions: {
      ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
      args: [
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run'
      ]
    }
  },
  projects: [
    { name: 'chromium', workers: 1, metadata: { shell: 'browser' }, testIgnore: '**/electron-*.spec.ts' },
    // Each test of that tag says why it is none of Electron's.
    { name: 'electron', workers: 1, metadata: { shell: 'electron' }, grepInvert: /@browser/ },
    {
      name: 'screens',
      workers: 1,
      testDir: 'test/screens',
      testMatch: '**/*.spec.ts',
      use: { actionTimeout: 15_000, engine: 'auto' },
      metadata: { shell: 'browser' }
    }
  ]
})
