/** The log of one instance: terminal, find bar, follow pill and tools. Stays alive while hidden, but reads only when shown. */
import { ActionIcon, Button, Loader, Tooltip } from '@mantine/core'
import { Clock, Download, Eraser, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Instance } from '#shared/instance.ts'
import { count } from '../../lib/humanise.ts'
import { useInstances } from '../../lib/queries.ts'
import { Name } from '../../ui/text.tsx'
import { FindBar } from './find-bar.tsx'
import styles from './logs.module.css'
import { useLogTerminal } from './use-log-terminal.ts'

interface LogPaneProps {
  readonly id: string
  readonly title: string
  readonly visible: boolean
}

export function LogPane({ id, title, visible }: LogPaneProps) {
  const instance = useInstances()?.find(other => other.id === id)
  const [timestamps, setTimestamps] = useState(false)
  const [finding, setFinding] = useState(false)
  const log = useLogTerminal({
    id,
    visible,
    timestamps,
    run: runOf(instance),
    onFind: () => setFinding(true)
  })

  useEffect(() => {
    if (!visible) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'f' || event.defaultPrevented) return
      if (event.target instanceof Element && event.target.closest('.cm-editor')) return
      event.preventDefault()
      setFinding(true)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [visible])

  return (
    <section className={styles.pane} hidden={!visible} aria-label={`Log of ${instance?.app.title ?? title}`}>
      <div className={styles.tools}>
        <span className={styles.title}>
          <Name>{instance ? `${instance.app.title} ${instance.app.version}` : title}</Name>
          <span className={styles.status}>{log.status}</span>
        </span>
        {finding ? (
          <FindBar
            log={log}
            onClose={() => {
              setFinding(false)
              log.endFind()
            }}
          />
        ) : null}
        <Tool label="Find (Ctrl+F)" pressed={finding} onClick={() => setFinding(true)}>
          <Search size={15} />
        </Tool>
        <Tool label="Timestamps" pressed={timestamps} onClick={() => setTimestamps(!timestamps)}>
          <Clock size={15} />
        </Tool>
        <Tool label="Clear view" onClick={log.clear}>
          <Eraser size={15} />
        </Tool>
        <Tool
          label="Save whole log"
          onClick={() => log.save(`${instance?.app.name ?? 'instance'}-${id.slice(0, 8)}.log`)}
        >
          <Download size={15} />
        </Tool>
      </div>
      <div className={styles.screen}>
        <div className={styles.terminal} ref={log.ref} />
        {log.loading ? <Loader className={styles.loader} size="sm" aria-label="Opening the log" /> : null}
        {log.newLines > 0 ? (
          <Button className={styles.pill} variant="filled" radius="xl" onClick={log.toBottom}>
            {count(log.newLines)} new {log.newLines === 1 ? 'line' : 'lines'} ↓
          </Button>
        ) : null}
      </div>
    </section>
  )
}

/** Changes whenever the instance was started again: the feed of an ended log goes on then. */
function runOf(instance: Instance | undefined): string {
  return `${instance?.startedAt ?? ''} ${instance?.state === 'starting' || instance?.state === 'ready'}`
}

interface ToolProps {
  readonly label: string
  readonly pressed?: boolean
  readonly onClick: () => void
  readonly children: React.ReactNode
}

function Tool({ label, pressed, onClick, children }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        aria-pressed={pressed}
        color={pressed ? 'accent' : 'gray'}
        variant={pressed ? 'light' : 'subtle'}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
