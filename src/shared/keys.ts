/** Keyboard shortcuts of the window: which actions have one, how it is written, and the user's changes. */
import { z } from 'zod'
import { t } from './language.ts'

/** Keys that have a name. Other keys are written as the character they type, letters as capitals. */
const NAMED =
  'Enter|Esc|Tab|Space|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Up|Down|Left|Right|Plus|F[1-9]|F1[0-9]|F2[0-4]'

/** `Mod+Alt+Shift+K`, in that order; `Mod` is Cmd on a Mac and Ctrl elsewhere. Empty for no shortcut. */
export const Keys = z
  .string()
  .max(40)
  .regex(new RegExp(`^((Mod\\+)?(Alt\\+)?(Shift\\+)?(${NAMED}|[^\\s+\\p{C}]))?$`, 'u'), 'no keys')

/** By the ID of the action; actions that are missing have their default keys. */
export const ChangedKeys = z
  .record(z.string().max(40), Keys)
  .refine(changed => Object.keys(changed).length <= 100, 'too many keys')
export type ChangedKeys = z.infer<typeof ChangedKeys>

interface KeyAction {
  /** A command of the window if it starts with `action:` or `page:`. */
  readonly id: string
  readonly what: () => string
  /** Default keys; empty for none. */
  readonly keys: string
}

/** All actions with a shortcut, grouped by where they apply. Each shortcut does one thing in the whole window. */
export const KEY_GROUPS = [
  {
    title: () => t`Everywhere`,
    actions: [
      { id: 'action:palette', what: () => t`Find anything`, keys: 'Mod+K' },
      { id: 'action:next', what: () => t`Take the next step`, keys: 'Mod+Enter' },
      { id: 'action:run', what: () => t`Run the project`, keys: '' },
      { id: 'action:bundle', what: () => t`Bundle the project`, keys: '' },
      { id: 'action:publish', what: () => t`Publish the project`, keys: '' },
      { id: 'action:open', what: () => t`Open a folder`, keys: 'Mod+O' },
      { id: 'action:dock', what: () => t`Open or close the dock`, keys: 'Mod+J' },
      { id: 'action:problems', what: () => t`Show problems`, keys: '' },
      { id: 'action:jobs', what: () => t`Show jobs`, keys: '' },
      { id: 'action:keys', what: () => t`Show this list`, keys: '?' },
      { id: 'host:new-window', what: () => t`New window of the app`, keys: 'Mod+Shift+N' }
    ]
  },
  {
    title: () => t`Pages`,
    actions: [
      { id: 'page:project', what: () => t`Project`, keys: '1' },
      { id: 'page:local', what: () => t`Local`, keys: '2' },
      { id: 'page:catalog', what: () => t`Catalog`, keys: '3' },
      { id: 'page:instances', what: () => t`Instances`, keys: '4' },
      { id: 'page:secrets', what: () => t`Secrets`, keys: '5' },
      { id: 'page:activity', what: () => t`Activity`, keys: '6' },
      { id: 'page:diagnosis', what: () => t`Diagnosis`, keys: '' },
      { id: 'page:settings', what: () => t`Settings`, keys: 'Mod+,' }
    ]
  },
  {
    title: () => t`Manifest, lists and logs`,
    actions: [
      { id: 'part:save', what: () => t`Save the manifest`, keys: 'Mod+S' },
      { id: 'part:fix', what: () => t`Fix the problem at the cursor`, keys: 'Mod+.' },
      { id: 'part:filter', what: () => t`Filter the list or log`, keys: '/' },
      { id: 'part:find', what: () => t`Find in the log`, keys: 'Mod+F' },
      { id: 'part:find-next', what: () => t`Next match in the log`, keys: 'N' },
      { id: 'part:find-previous', what: () => t`Previous match in the log`, keys: 'Shift+N' }
    ]
  }
] as const satisfies readonly { title: () => string; actions: readonly KeyAction[] }[]

export type KeyActionId = (typeof KEY_GROUPS)[number]['actions'][number]['id']
export type KeyMap = Readonly<Record<KeyActionId, string>>

export const KEY_ACTIONS: readonly (KeyAction & { readonly id: KeyActionId })[] = KEY_GROUPS.flatMap(
  ({ actions }) => [...actions]
)

/** The current keys of every action. */
export function keyMap(changed: ChangedKeys): KeyMap {
  const entries = KEY_ACTIONS.map(({ id, keys }) => [id, Object.hasOwn(changed, id) ? changed[id] : keys])
  return Object.fromEntries(entries) as KeyMap
}

/** The changes with this one added. Setting an action to its default keys removes its change. */
export function withKeys(changed: ChangedKeys, id: KeyActionId, keys: string): ChangedKeys {
  const { [id]: _before, ...rest } = changed
  const came = KEY_ACTIONS.find(action => action.id === id)?.keys
  return keys === came ? rest : { ...rest, [id]: keys }
}

/** Swaps the keys of two actions. */
export function withSwapped(changed: ChangedKeys, one: KeyActionId, other: KeyActionId): ChangedKeys {
  const now = keyMap(changed)
  return withKeys(withKeys(changed, one, now[other]), other, now[one])
}
