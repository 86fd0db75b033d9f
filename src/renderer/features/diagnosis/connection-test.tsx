/** The test of the connection to the package index: shows what it does and how long it takes, with Cancel. */
import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { isCancelled } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Checks } from '../../host/checks.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { rich } from '../../ui/rich.ts'
import { Elapsed } from '../../ui/text.tsx'
import { CliCommand } from '../../window/copy.tsx'
import { notifyError } from '../../window/notify.tsx'
import styles from './diagnosis.module.css'

export interface ConnectionTest {
  /** Start time of the running test; undefined if none is running. */
  readonly since: string | undefined
  begin(): void
  cancel(): void
}

export function useConnectionTest(checks: Checks): ConnectionTest {
  const [since, setSince] = useState<string>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])
  async function begin() {
    const { signal } = startOver(stop)
    setSince(new Date().toISOString())
    await checks.again(['network'], { connect: true, signal }).catch(error => {
      if (!isCancelled(error)) notifyError(error, t`The connection could not be tested`)
    })
    setSince(undefined)
  }
  return { since, begin: () => void begin(), cancel: () => stop.current?.abort() }
}

function startOver(stop: { current: AbortController | undefined }): AbortController {
  stop.current = new AbortController()
  return stop.current
}

/** The test's progress, in the row of its check. */
export function ConnectionTestResult({ test: { since } }: { test: ConnectionTest }) {
  return (
    <div className={styles.test}>
      {since === undefined ? null : (
        <p role="status">
          {rich`Installing a small package, as for an app… ${<Elapsed from={since} />}. A network that does
            not answer is given up after a minute.`}
        </p>
      )}
      <CliCommand command={cliCommand.testConnection()} />
    </div>
  )
}

export function ConnectionTestButton({ test, disabled }: { test: ConnectionTest; disabled: boolean }) {
  if (test.since !== undefined) return <Button onClick={test.cancel}>{t`Cancel the test`}</Button>
  return (
    <Button disabled={disabled} onClick={test.begin}>
      {t`Test connection`}
    </Button>
  )
}
