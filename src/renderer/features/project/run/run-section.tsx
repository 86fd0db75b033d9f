/** Runs the project on this computer: status, memory use, failures and run options. */
import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { runLabel } from '../../../actions/next-step.ts'
import { openApp } from '../../../actions/opened.ts'
import { useProjectActions } from '../../../actions/project.ts'
import { useRunJob } from '../../../actions/run-job.ts'
import { setWatching, useWatching } from '../../../actions/watch-mode.ts'
import { useHost } from '../../../host/client.ts'
import { localRunOf, useHostInfo, useInstances } from '../../../host/queries.ts'
import { stateLabel, stateWhy } from '../../../labels/instance.ts'
import { useChecked } from '../../../manifest/manifest.ts'
import { JobProgress } from '../../../ui/job-progress.tsx'
import { Notices } from '../../../ui/notices.tsx'
import { Actions, Section } from '../../../ui/panel.tsx'
import { State } from '../../../ui/state.tsx'
import { ErrorCard } from '../../../window/error-card.tsx'
import { notifyError } from '../../../window/notify.tsx'
import { view } from '../../../window/view.ts'
import { MemoryBar } from './memory-bar.tsx'
import styles from './run.module.css'
import { RunFailure } from './run-failure.tsx'
import { RunForm } from './run-form.tsx'

export function RunSection({ path }: { path: string }) {
  const { manifest } = useChecked(path)
  const instance = localRunOf(useInstances(), manifest?.App.Name)
  const job = useRunJob(path)
  const actions = useProjectActions()
  const running = job?.state === 'running'
  return (
    <Section title={t`Run on this computer`}>
      {running ? <JobProgress job={job} onCancel={() => void actions.cancel(job.id)} /> : null}
      {running || !instance ? null : instance.state === 'failed' ? (
        <RunFailure path={path} instance={instance} limit={manifest?.Runtime.MemoryLimit} />
      ) : (
        <LastRun instance={instance} />
      )}
      {running || instance ? null : <div>{t`Not running.`}</div>}
      {job?.state === 'failed' && !concerns(job.error?.data, instance) ? (
        <ErrorCard error={job.error} title={t`It was not run`} />
      ) : null}
      <RunActions path={path} instance={instance} running={running} />
      <WatchSwitch path={path} />
      <RunForm path={path} env={manifest?.Env ?? []} />
    </Section>
  )
}

/** True if the failure is the instance's own, which the instance shows already. */
function concerns(data: Readonly<Record<string, unknown>> | undefined, instance: Instance | undefined) {
  return instance !== undefined && data?.instanceId === instance.id && instance.state !== 'ready'
}

function LastRun({ instance }: { instance: Instance }) {
  return (
    <>
      <div className={styles.runningRow}>
        <State {...stateLabel(instance)} title={stateWhy(instance)} />
        {isRunning(instance) ? <MemoryBar instance={instance} /> : null}
      </div>
      <Notices notices={instance.notices} />
    </>
  )
}

interface RunActionsProps {
  readonly path: string
  readonly instance: Instance | undefined
  readonly running: boolean
}

function RunActions({ path, instance, running }: RunActionsProps) {
  const { client } = useHost()
  const actions = useProjectActions()
  const canShow = useHostInfo()?.canShowApp ?? false
  const [stopping, setStopping] = useState(false)
  const stop = async (id: string) => {
    setStopping(true)
    await client.platform.instances
      .stop({ id })
      .catch(error => notifyError(error, t`The run was not stopped`))
    setStopping(false)
  }
  return (
    <Actions>
      {instance?.state === 'ready' ? (
        <Button onClick={() => openApp(instance.id, instance.url)}>{t`Open app`}</Button>
      ) : null}
      {instance?.state === 'ready' && canShow ? (
        <Button
          title={t`In a window of its own, which reaches nothing but the app`}
          onClick={() => void actions.showApp(instance.id)}
        >
          {t`Show here`}
        </Button>
      ) : null}
      <Button disabled={running} onClick={() => void actions.run(path)}>
        {runLabel(instance)}
      </Button>
      {instance && isRunning(instance) ? (
        <Button loading={stopping} onClick={() => void stop(instance.id)}>
          {t`Stop`}
        </Button>
      ) : null}
      {instance ? (
        <Button onClick={() => view.openLog(instance.id, instance.app.title)}>{t`Open log`}</Button>
      ) : null}
      {instance && !isRunning(instance) ? (
        <Button
          variant="subtle"
          title={t`What old runs and deploys left, with its size`}
          onClick={() => view.go('cleanup')}
        >
          {t`Clean up…`}
        </Button>
      ) : null}
    </Actions>
  )
}

function WatchSwitch({ path }: { path: string }) {
  const on = useWatching(path)
  return (
    <Checkbox
      size="xs"
      label={t`Run again after each change`}
      description={t`Each time a file that goes into the bundle is saved, in any editor.`}
      checked={on}
      onChange={event => setWatching(path, event.currentTarget.checked)}
    />
  )
}
