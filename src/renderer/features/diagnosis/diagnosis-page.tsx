/** The Diagnosis page: the checks of this computer, their state and reason, and what to do. */
import { Anchor, Button, Skeleton } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { t } from '#shared/language.ts'
import type { Check } from '#shared/system.ts'
import { type Checks, useChecks } from '../../host/checks.ts'
import { useHostInfo } from '../../host/queries.ts'
import { CHECK_LABELS, CHECK_TONES } from '../../labels/check.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import { Scroll } from '../../ui/panel.tsx'
import { rich } from '../../ui/rich.ts'
import { State } from '../../ui/state.tsx'
import { CliCommand } from '../../window/copy.tsx'
import { openDialog } from '../../window/dialogs.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import { Page } from '../../window/page.tsx'
import { useView } from '../../window/view.ts'
import { ConnectionTestButton, ConnectionTestResult, useConnectionTest } from './connection-test.tsx'
import styles from './diagnosis.module.css'
import { FixButton, fixCliCommand } from './fix-button.tsx'

export function DiagnosisPage() {
  const checks = useChecks()
  const logFolder = useHostInfo()?.logFolder
  return (
    <Page
      title={t`Diagnosis`}
      summary={checks.checks ? summary(checks.checks) : undefined}
      tools={
        <>
          <Button onClick={() => openDialog({ kind: 'support' })}>{t`Support archive…`}</Button>
          <Button loading={checks.checking === true} onClick={() => void checks.again()}>
            {t`Check everything again`}
          </Button>
        </>
      }
    >
      <Scroll>
        <ErrorCard
          error={checks.error}
          title={t`This computer could not be checked`}
          onRetry={() => void checks.again()}
        />
        <ul className={styles.list} aria-label={t`Checks`}>
          {checks.checks
            ? checks.checks.map(check => <CheckRow key={check.id} check={check} checks={checks} />)
            : checks.error
              ? null
              : [1, 2, 3, 4, 5].map(row => <Skeleton key={row} height={72} mb={8} />)}
        </ul>
        <div className={styles.foot}>
          {logFolder === undefined ? null : (
            <p>
              {rich`What goes wrong inside q8s itself is kept in ${<bdi>{logFolder}</bdi>}, and is in the
                support archive.`}
            </p>
          )}
          <CliCommand command={cliCommand.doctor()} />
        </div>
      </Scroll>
    </Page>
  )
}

function summary(checks: readonly Check[]): string {
  const bad = checks.filter(({ state }) => state === 'failed').length
  const notices = checks.filter(({ state }) => state === 'notice').length
  const noticed = notices > 0 ? plural(notices, 'notice') : undefined
  if (bad > 0) return [plural(bad, 'problem'), noticed].filter(Boolean).join(', ')
  return noticed ? t`Works, with ${noticed}` : t`Everything works`
}

/** The row of a check; focused if the user came from its dot in the status bar. */
function CheckRow({ check, checks }: { check: Check; checks: Checks }) {
  const isChosen = useView(({ selection }) => selection.diagnosis === check.id)
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (!isChosen) return
    row.current?.focus()
    row.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  const test = useConnectionTest(checks)
  const busy = checks.checking === true || checks.checking.has(check.id)
  return (
    <li ref={row} tabIndex={-1} className={styles.check} aria-label={check.title}>
      <div className={styles.words}>
        <div className={styles.head}>
          <h2>{check.title}</h2>
          <State tone={CHECK_TONES[check.state]} text={CHECK_LABELS[check.state]} />
        </div>
        <p>{check.message}</p>
        {check.hint ? <p className={styles.hint}>{check.hint}</p> : null}
        {check.documentation ? (
          <p>
            <Anchor href={check.documentation.url} target="_blank" rel="noreferrer">
              {check.documentation.title}
            </Anchor>
          </p>
        ) : null}
        {check.fix ? <CliCommand command={fixCliCommand(check.fix)} /> : null}
        {check.id === 'network' ? <ConnectionTestResult test={test} /> : null}
        <p className={styles.checked}>{t`Checked: ${check.checked}`}</p>
        <Details check={check} />
      </div>
      <div className={styles.actions}>
        {check.id === 'docker' ? (
          <Button onClick={() => openDialog({ kind: 'docker' })}>{t`Choose Docker…`}</Button>
        ) : null}
        {check.fix === 'build-image' ? (
          <Button onClick={() => openDialog({ kind: 'load-image' })}>{t`Load from file…`}</Button>
        ) : null}
        {check.fix ? <FixButton fix={check.fix} onDone={() => checks.again()} /> : null}
        {check.id === 'network' ? <ConnectionTestButton test={test} disabled={busy} /> : null}
        <Button
          variant="subtle"
          loading={busy && test.since === undefined}
          disabled={test.since !== undefined}
          aria-label={t`Check ${check.title} again`}
          onClick={() => void checks.again([check.id])}
        >
          {check.state === 'ok' ? t`Check again` : t`Retry`}
        </Button>
      </div>
    </li>
  )
}

const DETAILS: Partial<Record<Check['id'], string>> = { process: t`How it differs from the platform` }

function Details({ check: { id, details } }: { check: Check }) {
  if (details.length === 0) return null
  return (
    <details className={styles.details}>
      <summary>{DETAILS[id] ?? t`More`}</summary>
      <ul>
        {details.map(detail => (
          <li key={detail}>{detail}</li>
        ))}
      </ul>
    </details>
  )
}
