/** How each project was last run: engine, port and environment overrides. They never go into a bundle. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { EngineKind } from '#shared/instance.ts'

export interface RunOptions {
  /** Absent: the engine of the settings. */
  readonly engine?: EngineKind | undefined
  /** As typed. */
  readonly port: string
  readonly env: readonly { readonly name: string; readonly value: string }[]
}

const NONE: RunOptions = { port: '', env: [] }

const useStore = create<{ readonly byPath: Readonly<Record<string, RunOptions>> }>()(
  persist(() => ({ byPath: {} }), { name: 'q8s.run-options', version: 1 })
)

export function useRunOptions(path: string): RunOptions {
  return useStore(({ byPath }) => byPath[path] ?? NONE)
}

export const runOptionsOf = (path: string): RunOptions => useStore.getState().byPath[path] ?? NONE

export function setRunOptions(path: string, change: Partial<RunOptions>): void {
  useStore.setState(({ byPath }) => ({
    byPath: { ...byPath, [path]: { ...NONE, ...byPath[path], ...change } }
  }))
}

/** The options as `projects.run` takes them; what is empty or no port is left out. */
export function runInput({ engine, port, env }: RunOptions) {
  const number = Number(port)
  const named = env.filter(({ name }) => name.trim() !== '')
  return {
    ...(engine ? { engine } : {}),
    ...(Number.isInteger(number) && number >= 1 && number <= 65_535 ? { port: number } : {}),
    env: Object.fromEntries(named.map(({ name, value }) => [name.trim(), value]))
  }
}
