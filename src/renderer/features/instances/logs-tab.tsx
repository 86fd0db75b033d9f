/** The last lines of an instance's log, beside the list; the full log opens in the dock. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLayoutEffect, useRef } from 'react'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { plainLine } from '#shared/text.ts'
import { useHost } from '../../host/client.ts'
import { readableText } from '../../host/last-lines.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { Actions } from '../../ui/panel.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { CliCommand } from '../../window/copy.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { view } from '../../window/view.ts'
import styles from './instances.module.css'

const LINES = 200
const AGAIN_MS = 2_000

export function LogsTab({ instance }: { instance: Instance }) {
  const { orpc } = useHost()
  const tail = useQuery(
    orpc.platform.instances.readLog.queryOptions({
      input: { id: instance.id, tail: LINES },
      refetchInterval: isRunning(instance) ? AGAIN_MS : false
    })
  )
  const lines = tail.data?.lines
  return (
    <>
      <Actions>
        <Button onClick={() => view.openLog(instance.id, instance.app.title)}>{t`Open log`}</Button>
      </Actions>
      <ErrorCard error={tail.error} onRetry={() => void tail.refetch()} />
      {lines === undefined ? (
        tail.error ? null : (
          <RowsSkeleton />
        )
      ) : lines.length === 0 ? (
        <p className={styles.quiet}>{t`Nothing was written yet.`}</p>
      ) : (
        <LastLines lines={lines.map(line => plainLine(readableText(line)))} />
      )}
      <CliCommand command={cliCommand.logs(instance.id)} />
    </>
  )
}

/** Stays at the end while the log grows, until the user scrolls up. */
function LastLines({ lines }: { lines: readonly string[] }) {
  const box = useRef<HTMLElement>(null)
  const atEnd = useRef(true)
  useLayoutEffect(() => {
    if (atEnd.current && lines.length > 0) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [lines])
  return (
    <section
      ref={box}
      className={styles.tail}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={t`Last lines`}
      onScroll={({ currentTarget: it }) => {
        atEnd.current = it.scrollTop + it.clientHeight > it.scrollHeight - 8
      }}
    >
      <pre>{lines.join('\n')}</pre>
    </section>
  )
}
