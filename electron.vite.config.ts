/** One build: main (Electron host, CLI, worker threads), preload, renderer. Node 20 is the floor, also inside Electron. */
import { chmod } from 'node:fs/promises'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const entry = (path: string) => resolve(import.meta.dirname, path)

/** What every start of the CLI loads goes into its files: resolving and reading it from packages takes longer. */
const BUNDLED = [
  '@orpc/client',
  '@orpc/contract',
  '@orpc/server',
  'commander',
  'ignore',
  'semver',
  'smol-toml',
  'toml-eslint-parser',
  'yauzl',
  'zod'
]

const executableCli = {
  name: 'executable-cli',
  writeBundle: () => chmod(entry('out/main/q8s-cli.js'), 0o755)
}

export default defineConfig({
  main: {
    plugins: [executableCli],
    build: {
      target: 'node20.18',
      externalizeDeps: { exclude: BUNDLED },
      outDir: 'out/main',
      sourcemap: true,
      rollupOptions: {
        input: {
          electron: entry('src/main/hosts/electron/main.ts'),
          'q8s-cli': entry('src/main/cli/main.ts'),
          'compress-worker': entry('src/main/core/workers/compress-worker.js'),
          'hash-worker': entry('src/main/core/workers/hash-worker.js'),
          'content-worker': entry('src/main/core/workers/content-worker.js'),
          'find-worker': entry('src/main/core/workers/find-worker.js'),
          'scan-worker': entry('src/main/core/workers/scan-worker.js')
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' }
      }
    }
  },
  preload: {
    build: {
      target: 'node20.18',
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: entry('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: 'index.cjs' }
      }
    }
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: {
      target: 'chrome130',
      minify: true,
      // What the licences of bundled packages ask for: their text goes with the code.
      license: { fileName: 'licences.md' },
      outDir: entry('out/renderer'),
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // The largest is loaded from this computer, when it is first shown.
      chunkSizeWarningLimit: 1500,
      rollupOptions: { input: { index: entry('src/renderer/index.html') } }
    }
  }
})
