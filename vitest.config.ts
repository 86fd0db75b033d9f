/**
 * `unit` needs nothing but Node and Python; `real` drives engines, keyring and kernels where they are there, and attacks
 * what is built (test/hostile), one file after another; `apart` is the part of it that shares nothing with other files,
 * and runs beside `unit`; `bench` measures beside peers and judges nothing.
 */
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Real tests that ask no container engine, lock no keyring, open no window, and fill no disk but one of their own. */
const APART = [
  'cli',
  'cli-bad-input',
  'electron-version',
  'engine-process',
  'full-disk',
  'launcher',
  'support'
].map(name => `test/real/${name}.test.ts`)
const PATIENT = { testTimeout: 600_000, hookTimeout: 600_000 }

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // They wait for programs and disks more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{shared,core,adapters,hosts,cli,renderer,launcher}/**/*.test.ts']
        }
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/{real,hostile}/**/*.test.ts'],
          exclude: APART,
          ...PATIENT,
          fileParallelism: false
        }
      },
      { extends: true, test: { name: 'apart', include: APART, ...PATIENT } },
      {
        extends: true,
        test: {
          name: 'bench',
          include: ['test/bench/**/*.bench.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 3_600_000,
          fileParallelism: false
        }
      },
      { extends: true, test: { name: 'boundaries', include: ['test/{boundaries,dependencies}.test.ts'] } }
    ]
  }
})
