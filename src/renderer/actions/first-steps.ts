/** The first steps of a new user: derives which are done from the window's data, and saves them for all windows. */
import { z } from 'zod'
import { create } from 'zustand'
import { type PersistStorage, persist } from 'zustand/middleware'
import type { App } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import { preferenceStorage } from '../host/preferences.ts'

export const FIRST_STEPS = ['open', 'run', 'see', 'publish', 'start'] as const
export type FirstStep = (typeof FIRST_STEPS)[number]

/** What the window knows; apps and instances are undefined until the host has reported them. */
export interface Facts {
  readonly project: string | undefined
  readonly instances: readonly Instance[] | undefined
  readonly apps: readonly App[] | undefined
  /** True if a running app was opened from this window. */
  readonly opened: boolean
}

const FirstSteps = z.object({
  /** Absent until the window knows whether this is a first start. */
  shown: z.boolean().optional(),
  done: z.array(z.enum(FIRST_STEPS)).max(FIRST_STEPS.length).default([])
})
export type FirstSteps = z.infer<typeof FirstSteps>

const loaded = () => void useFirstSteps.persist.rehydrate()
/** Two separate documents: if one window hides the steps, a window that ticks a step must not show them again. */
const documents = {
  done: preferenceStorage('steps', loaded),
  shown: preferenceStorage('steps-shown', loaded)
}
const storage: PersistStorage<FirstSteps> = {
  getItem() {
    const [done, shown] = [documents.done, documents.shown].map(({ getItem }) => fieldsOf(getItem('steps')))
    return { state: { ...done, ...shown } as FirstSteps }
  },
  setItem(_name, { state: { done, shown } }) {
    documents.done.setItem('steps', JSON.stringify({ state: { done } }))
    if (shown !== undefined) documents.shown.setItem('steps', JSON.stringify({ state: { shown } }))
  },
  removeItem: () => undefined
}

/** The fields of a stored document; empty if it is not valid. */
function fieldsOf(text: unknown): object {
  try {
    return typeof text === 'string' ? JSON.parse(text).state : {}
  } catch {
    return {}
  }
}

export const useFirstSteps = create<FirstSteps>()(
  persist((): FirstSteps => ({ done: [] }), {
    name: 'steps',
    storage,
    merge: (stored, current) => FirstSteps.safeParse(stored).data ?? current
  })
)

export const showFirstSteps = (shown: boolean) => useFirstSteps.setState({ shown })

/** The steps that are done according to the current data. */
function happened({
  project,
  instances = [],
  apps = [],
  opened
}: Facts): Readonly<Record<FirstStep, boolean>> {
  const ready = instances.filter(({ state }) => state === 'ready')
  return {
    open: project !== undefined,
    run: ready.some(({ ephemeral }) => ephemeral),
    see: opened,
    publish: apps.some(({ ephemeral }) => !ephemeral),
    start: ready.some(({ ephemeral }) => !ephemeral)
  }
}

/** Adds the steps done since; returns the same object if there are none. A done step stays done. */
export function afterwards(before: FirstSteps, facts: Facts): FirstSteps {
  const { apps, instances } = facts
  if (apps === undefined || instances === undefined) return before
  // A user who has published or run something does not need the steps.
  if (before.shown === undefined) return { ...before, shown: apps.length + instances.length === 0 }
  const now = happened(facts)
  const done = FIRST_STEPS.filter(step => now[step] || before.done.includes(step))
  if (!before.shown) return before
  // Only the window that saw the last step happen shows "All done"; later windows do not.
  const shown = done.length < FIRST_STEPS.length
  return done.length === before.done.length && shown ? before : { shown, done }
}
