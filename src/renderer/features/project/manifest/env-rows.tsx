/** The [[Env]] rows: names, secrets and keys with suggestions, which can be reordered by mouse and keyboard. */
import { Button } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { t } from '#shared/language.ts'
import type { Secret } from '#shared/secret.ts'
import { Row, type RowHands } from './env-row.tsx'
import styles from './env-rows.module.css'
import { Findings, useFindings, useForm } from './field.tsx'
import { ENV_HELP } from './fields.ts'
import form from './form.module.css'
import type { EnvRow } from './form-model.ts'
import { useRowDrag } from './row-drag.ts'

interface EnvRowsProps {
  readonly rows: readonly EnvRow[]
  /** Undefined if the platform does not list them. */
  readonly secrets: readonly Secret[] | undefined
}

export function EnvRows({ rows, secrets }: EnvRowsProps) {
  const { actions, disabled } = useForm()
  const list = useRef<HTMLOListElement>(null)
  const [wanted, setWanted] = useState<{ readonly row: number; readonly control: string }>()
  const [said, setSaid] = useState('')

  function move(from: number, to: number, control: string) {
    if (to < 0 || to >= rows.length || from === to) return
    actions.change({ kind: 'move', from, to })
    setWanted({ row: to, control })
    const name = rows[from]?.name.text || t`The row`
    setSaid(t`${name} is now ${to + 1} of ${rows.length}`)
  }

  function remove(row: number) {
    actions.change({ kind: 'set', path: ['Env', row], value: undefined })
    setWanted({ row: Math.min(row, rows.length - 2), control: 'name' })
    const name = rows[row]?.name.text || t`The row`
    setSaid(t`${name} was removed`)
  }

  const drag = useRowDrag(list, (from, to) => move(from, to, 'grip'))
  const latest = useRef({ move, remove, drag })
  latest.current = { move, remove, drag }
  const [hands] = useState(
    (): RowHands => ({
      move: (from, to, control) => latest.current.move(from, to, control),
      remove: row => latest.current.remove(row),
      grip: row => ({
        onPointerDown: event => latest.current.drag.start(row, event),
        onPointerMove: event => latest.current.drag.move(event),
        onPointerUp: () => latest.current.drag.end(),
        onPointerCancel: () => latest.current.drag.cancel()
      })
    })
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows must be rendered in their new order first
  useEffect(() => {
    if (!wanted) return
    const row = list.current?.querySelector<HTMLElement>(`[data-row="${wanted.row}"]`)
    const control = row?.querySelector<HTMLElement>(`[data-control="${wanted.control}"]:not(:disabled)`)
    const grip = row?.querySelector<HTMLElement>('[data-control="grip"]')
    const next = control ?? grip ?? row
    next?.focus()
    setWanted(undefined)
  }, [wanted, rows])

  return (
    <div className={styles.env} data-path="Env">
      <p className={form.help}>{ENV_HELP}</p>
      <Findings findings={useFindings(['Env'])} />
      <ol ref={list} className={styles.rows} aria-label={t`Environment variables`}>
        {rows.map((row, index) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            key={index}
            row={row}
            index={index}
            count={rows.length}
            secrets={secrets}
            drop={drag.drop === index ? drag.edge : undefined}
            dragged={drag.from === index}
            hands={hands}
          />
        ))}
      </ol>
      <Button
        disabled={disabled}
        leftSection={<Plus size={14} />}
        onClick={() => {
          actions.change({ kind: 'set', path: ['Env', rows.length, 'Name'], value: '' })
          setWanted({ row: rows.length, control: 'name' })
        }}
      >
        {t`Add a variable`}
      </Button>
      <span role="status" className={styles.unseen}>
        {said}
      </span>
    </div>
  )
}
