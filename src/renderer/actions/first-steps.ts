/** The first steps of a new user: which are done is seen from what the window knows, and kept for all windows. */
import { z } from 'zod'
import { create } from 'zustand'
import { type PersistStorage, persist } from 'zustand/middleware'
import type { App } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import { preferenceStorage } from '../host/preferences.ts'

export const FIRST_STEPS = ['open', 'run', 'see', 'publish', 'start'] as const
export type FirstStep = (typeof FIRST_STEPS)[number]

/** What the window knows; apps and instances are undefined until the host has told. */
export interface Facts {
  readonly project: string | undefined
  readonly instances: readonly Instance[] | undefined
  readonly apps: readonly App[] | undefined
  /** A running app was opened from this window. */
  readonly opened: boolean
}

const FirstSteps = z.object({
  /** Absent until it was seen whether this is a first start. */
  shown: z.boolean().optional(),
  done: z.array(z.enum(FIRST_STEPS)).max(FIRST_STEPS.length).default([])
})
export type FirstSteps = z.infer<typeof FirstSteps>

const loaded = () => void useFirstSteps.persist.rehydrate()
/** In a document each: a window that ticks a step must not show the steps again that another window hid. */
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

/** Of a document as it was kept; none where it is not one. */
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

/** Those that have happened by what is known now. */
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

/** With what has happened since; the same object where nothing has. What was done stays so. */
export function afterwards(before: FirstSteps, facts: Facts): FirstSteps {
  const { apps, instances } = facts
  if (apps === undefined || instances === undefined) return before
  // Who has published or run something knows the way.
  if (before.shown === undefined) return { ...before, shown: apps.length + instances.length === 0 }
  const now = happened(facts)
  const done = FIRST_STEPS.filter(step => now[step] || before.done.includes(step))
  if (!before.shown) return before
  // All done is said by the window that saw it, and by no later one.
  const shown = done.length < FIRST_STEPS.length
  return done.length === before.done.length && shown ? before : { shown, done }
}
