/** The same specs drive the window in Chromium (over the browser host) and in Electron. */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'test',
  testMatch: '{e2e,hostile}/**/*.spec.ts',
  timeout: 240_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
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
    { name: 'chromium', metadata: { shell: 'browser' }, testIgnore: '**/electron-*.spec.ts' },
    // Each test of that tag says why it is none of Electron's.
    { name: 'electron', metadata: { shell: 'electron' }, grepInvert: /@browser/ },
    {
      name: 'screens',
      testDir: 'test/screens',
      testMatch: '**/*.spec.ts',
      use: { actionTimeout: 15_000 },
      metadata: { shell: 'browser' }
    }
  ]
})
