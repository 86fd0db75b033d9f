/** Run options of each project: saved on the host, held here while typed. They are never part of a bundle. */
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { create } from 'zustand'
import type { Client } from '#shared/contract.ts'
import { type EngineKind, type EnvOverride, EnvOverrideName } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import type { RunOptions } from '#shared/run-options.ts'
import { useHost } from '../host/client.ts'
import { latestOnly } from '../host/latest-only.ts'
import { notifyError } from '../window/notify.tsx'

/** Options as typed in the fields: the port may not be a number yet, and a variable may have no name. */
export interface RunForm {
  /** Absent: the engine from the settings. */
  readonly engine?: EngineKind | undefined
  readonly port: string
  readonly env: readonly { readonly name: string; readonly value: EnvOverride }[]
}

const EMPTY: RunForm = { port: '', env: [] }

/** What the user typed since the window opened, by project path. */
const useForms = create<{ readonly byPath: Readonly<Record<string, RunForm>> }>()(() => ({ byPath: {} }))
const savers = new Map<string, (options: RunOptions) => void>()

export interface RunOptionsState {
  readonly form: RunForm
  /** True while the options are not loaded or could not be read: they must not be changed then. */
  readonly locked: boolean
  readonly error: Error | null
  retry(): void
  change(change: Partial<RunForm>): void
}

export function useRunOptions(path: string): RunOptionsState {
  const { client, orpc } = useHost()
  const saved = useQuery(orpc.projects.runOptions.queryOptions({ input: { path }, staleTime: Infinity }))
  const typed = useForms(({ byPath }) => byPath[path])
  const form = typed ?? (saved.data ? formOf(saved.data) : EMPTY)
  const change = useCallback(
    (part: Partial<RunForm>) => {
      const next = { ...form, ...part }
      useForms.setState(({ byPath }) => ({ byPath: { ...byPath, [path]: next } }))
      saverOf(client, path)(optionsOf(next))
    },
    [client, path, form]
  )
  return {
    form,
    locked: typed === undefined && saved.data === undefined,
    error: typed ? null : saved.error,
    retry: () => void saved.refetch(),
    change
  }
}

/** The input for `projects.run`: the options in the fields, or the saved ones if the fields were not changed. */
export function runInput(path: string) {
  const form = useForms.getState().byPath[path]
  return form === undefined ? { remembered: true } : inputOf(form)
}

export function inputOf(form: RunForm) {
  const { env, ...rest } = optionsOf(form)
  return { ...rest, env: Object.fromEntries(env.map(({ name, value }) => [name, value])) }
}

/** The valid options: leaves out empty values, invalid ports and variables with invalid names. */
export function optionsOf({ engine, port, env }: RunForm): RunOptions {
  const number = Number(port)
  return {
    ...(engine ? { engine } : {}),
    ...(Number.isInteger(number) && number >= 1 && number <= 65_535 ? { port: number } : {}),
    env: env.flatMap(({ name, value }) => {
      const { data } = EnvOverrideName.safeParse(name.trim())
      return data === undefined ? [] : [{ name: data, value }]
    })
  }
}

/** Why a variable with this name is left out; undefined if the name is valid or still empty. */
export function nameProblem(name: string): string | undefined {
  return name.trim() === '' ? undefined : EnvOverrideName.safeParse(name.trim()).error?.issues[0]?.message
}

function formOf({ engine, port, env }: RunOptions): RunForm {
  return { engine, port: port === undefined ? '' : String(port), env }
}

function saverOf(client: Client, path: string): (options: RunOptions) => void {
  let saver = savers.get(path)
  if (!saver) {
    saver = latestOnly(
      options => client.projects.saveRunOptions({ path, options }),
      error => notifyError(error, t`How the project is run could not be kept`)
    )
    savers.set(path, saver)
  }
  return saver
}
