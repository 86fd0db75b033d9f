/** The command palette: type a few letters and press Enter. Recently used commands come first. */
import { TextInput, VisuallyHidden } from '@mantine/core'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { t } from '#shared/language.ts'
import { fuzzyScore } from '../labels/fuzzy.ts'
import { Dialog } from '../ui/dialog.tsx'
import { type ListKeys, movedTo } from '../ui/list-keys.ts'
import parts from '../ui/parts.module.css'
import { Name } from '../ui/text.tsx'
import { closeDialog } from '../window/dialogs.ts'
import { useView, view } from '../window/view.ts'
import { type Command, useCommands } from './commands.ts'
import styles from './palette.module.css'

/** Most commands shown. Typing more letters finds the others. */
const SHOWN = 50

/** Focuses immediately, so that letters typed right after the shortcut are not lost. */
const focusNow = (field: HTMLInputElement | null) => field?.focus()

const KEYS: ListKeys = { next: ['ArrowDown'], previous: ['ArrowUp'], round: true, page: 8 }

export function Palette() {
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const found = useFound(query)
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const active = Math.min(at, found.length - 1)

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])

  function take(command: Command | undefined) {
    if (!command) return
    closeDialog()
    view.usedCommand(command.id)
    command.run()
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return
    const next = movedTo(event.key, active, found.length, KEYS)
    if (next !== undefined) setAt(next)
    else if (event.key === 'Enter') take(found[active])
    else return
    event.preventDefault()
  }

  return (
    <Dialog
      onClose={closeDialog}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      size={580}
      padding={0}
      title={<VisuallyHidden>{t`Find anything`}</VisuallyHidden>}
      classNames={{ header: styles.hiddenHead }}
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        className={styles.search}
        variant="unstyled"
        size="md"
        data-autofocus
        ref={focusNow}
        role="combobox"
        aria-label={t`What to do or show`}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
        placeholder={t`What to do or show`}
        leftSection={<Search size={16} aria-hidden="true" />}
        leftSectionWidth={28}
        value={query}
        onChange={event => {
          setQuery(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div className={styles.list} id={id} role="listbox" aria-label={t`What was found`} ref={list}>
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={styles.option}
            onPointerMove={() => setAt(index)}
            onClick={() => take(command)}
          >
            <span className={styles.title}>
              <Name>{command.title}</Name>
            </span>
            {command.detail ? (
              <span className={styles.detail}>
                <Name>{command.detail}</Name>
              </span>
            ) : null}
            <span className={styles.kind}>
              {command.keys ? <kbd className={parts.kbd}>{command.keys}</kbd> : command.kind}
            </span>
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className={styles.none}>{t`No results. Try fewer letters.`}</p> : null}
    </Dialog>
  )
}

function useFound(query: string): readonly Command[] {
  const commands = useCommands()
  const used = useView(state => state.usedCommands)
  return useMemo(() => {
    const next = commands.find(({ id }) => id === 'action:next')?.title
    const recency = new Map(used.map((id, index) => [id, used.length - index]))
    return commands
      .filter(({ id, title }) => id !== 'action:palette' && !(id === 'action:run' && title === next))
      .map(command => ({ command, score: fuzzyScore(query, `${command.title} ${command.detail ?? ''}`) }))
      .filter((item): item is { command: Command; score: number } => item.score !== undefined)
      .map(item => ({ ...item, recent: recency.get(item.command.id) ?? 0 }))
      .sort((a, b) => (query.trim() === '' ? b.recent - a.recent : b.score + b.recent - a.score - a.recent))
      .slice(0, SHOWN)
      .map(({ command }) => command)
  }, [commands, query, used])
}
