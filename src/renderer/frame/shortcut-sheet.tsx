/** The sheet of all keyboard shortcuts. To change one, the user presses the new keys. */
import { ActionIcon, Button } from '@mantine/core'
import { RotateCcw } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { KEY_ACTIONS, KEY_GROUPS, type KeyActionId, withKeys, withSwapped } from '#shared/keys.ts'
import { t } from '#shared/language.ts'
import { useHostInfo, useSaveSettings, useSettings } from '../host/queries.ts'
import { Dialog } from '../ui/dialog.tsx'
import parts from '../ui/parts.module.css'
import { closeDialog } from '../window/dialogs.ts'
import { ErrorCard } from '../window/error-card.tsx'
import { actionWith, keyLabel, keysOf, useAllKeys } from '../window/keys.ts'
import { reservedBecause } from '../window/reserved-keys.ts'
import styles from './shortcut-sheet.module.css'
import { FIXED_KEYS } from './shortcuts.ts'

/** The action that waits for new keys, and the conflict of the last pressed keys, if any. */
interface Recording {
  readonly id: KeyActionId
  readonly reserved?: string
  readonly taken?: { readonly keys: string; readonly by: KeyActionId }
}

export function ShortcutSheet() {
  const [recording, setRecording] = useState<Recording>()
  const settings = useSettings()
  const inBrowser = useHostInfo()?.host === 'browser'
  const map = useAllKeys()
  const save = useSaveSettings()
  const changed = settings?.keys ?? {}
  const stop = () => setRecording(undefined)
  const saveKeys = (change: (keys: typeof changed) => typeof changed) => {
    stop()
    save.mutate(now => ({ keys: change(now.keys) }))
  }

  function record(id: KeyActionId, keys: string) {
    const reason = reservedBecause(keys, cameWith(id))
    const by = actionWith(map, keys)
    if (reason) setRecording({ id, reserved: reason })
    else if (by !== undefined && by !== id) setRecording({ id, taken: { keys, by } })
    else if (by === id) stop()
    else saveKeys(now => withKeys(now, id, keys))
  }

  const drawn = ({ title, actions }: (typeof KEY_GROUPS)[number]) => (
    <section key={title()} className={styles.group} aria-label={title()}>
      <h3>{title()}</h3>
      <ul>
        {actions
          .filter(({ id }) => id !== 'host:new-window' || !inBrowser)
          .map(({ id, what }) => (
            <Row
              key={id}
              what={what()}
              keys={map[id]}
              recording={recording?.id === id ? recording : undefined}
              onRecord={() => setRecording({ id })}
              onKeys={keys => record(id, keys)}
              onStop={stop}
              onSwap={by => saveKeys(now => withSwapped(now, id, by))}
              onReset={id in changed ? () => record(id, cameWith(id)) : undefined}
            />
          ))}
      </ul>
    </section>
  )

  return (
    <Dialog
      onClose={closeDialog}
      closeOnEscape={recording === undefined}
      title={t`Keyboard shortcuts`}
      size={860}
    >
      <p className={styles.intro}>
        {t`Click a key to give its action another.`}{' '}
        <Button
          variant="subtle"
          size="compact-xs"
          disabled={Object.keys(changed).length === 0}
          onClick={() => saveKeys(() => ({}))}
        >
          {t`Reset all`}
        </Button>
      </p>
      <ErrorCard error={save.error} />
      <div className={styles.groups}>
        <div>{KEY_GROUPS.slice(0, 2).map(drawn)}</div>
        <div>
          {KEY_GROUPS.slice(2).map(drawn)}
          <Fixed />
        </div>
      </div>
    </Dialog>
  )
}

function Fixed() {
  return (
    <section className={styles.group} aria-label={t`Always the same`}>
      <h3>{t`Always the same`}</h3>
      <ul>
        {FIXED_KEYS.map(([keys, what]) => (
          <li key={what} className={styles.row}>
            <span>{what}</span>
            <span className={styles.fixed}>
              {keys.map(one => (
                <kbd key={one} className={parts.kbd}>
                  {keyLabel(one)}
                </kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface RowProps {
  readonly what: string
  readonly keys: string
  readonly recording: Recording | undefined
  onRecord(): void
  onKeys(keys: string): void
  onStop(): void
  onSwap(by: KeyActionId): void
  readonly onReset: (() => void) | undefined
}

function Row({ what, keys, recording, onRecord, onKeys, onStop, onSwap, onReset }: RowProps) {
  const label = keyLabel(keys)

  function onKeyDown(event: KeyboardEvent) {
    if (!recording) return
    // Let Tab move to the buttons that resolve the conflict.
    if (recording.taken && event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return onStop()
    const pressed = keysOf(event.nativeEvent)
    if (pressed !== undefined) onKeys(pressed)
  }

  return (
    <li>
      <div className={styles.row}>
        <span>{what}</span>
        {onReset ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t`Reset ${what}`}
            title={t`Reset ${what}`}
            onClick={onReset}
          >
            <RotateCcw size={13} />
          </ActionIcon>
        ) : null}
        <button
          type="button"
          className={styles.keys}
          data-recording={recording !== undefined || undefined}
          aria-label={recording ? t`Press the new keys of ${what}` : `${what}: ${label || t`no key`}`}
          onClick={onRecord}
          onKeyDown={onKeyDown}
          onBlur={() => recording && !recording.taken && onStop()}
        >
          {recording ? t`Press keys…` : label === '' ? t`No key` : <kbd className={parts.kbd}>{label}</kbd>}
        </button>
      </div>
      {recording ? <Says recording={recording} onSwap={onSwap} onStop={onStop} /> : null}
    </li>
  )
}

type SaysProps = Pick<RowProps, 'onSwap' | 'onStop'> & { readonly recording: Recording }

/** The conflict of the pressed keys, and how to resolve it. */
function Says({ recording: { reserved, taken }, onSwap, onStop }: SaysProps) {
  if (reserved) {
    return (
      <p className={styles.says} role="alert">
        {`${reserved} ${t`Press others, or Esc.`}`}
      </p>
    )
  }
  if (!taken) return <p className={styles.says}>{t`Esc leaves it as it is.`}</p>
  return (
    <div className={styles.says} role="alert" onKeyDown={event => event.key === 'Escape' && onStop()}>
      <span>{t`${keyLabel(taken.keys)} is “${nameOf(taken.by)}”.`}</span>
      <Button size="compact-xs" onClick={() => onSwap(taken.by)}>
        {t`Swap them`}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={onStop}>
        {t`Leave it`}
      </Button>
    </div>
  )
}

const actionBy = (id: KeyActionId) => KEY_ACTIONS.find(action => action.id === id)
const cameWith = (id: KeyActionId) => actionBy(id)?.keys ?? ''
const nameOf = (id: KeyActionId) => actionBy(id)?.what() ?? id
