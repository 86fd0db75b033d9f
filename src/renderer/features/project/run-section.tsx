/** Running the project on this computer: where it stands, how it is run, and what went wrong. */
import { ActionIcon, Button, NativeSelect, Progress, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import { useProjectActions } from '../../lib/actions.ts'
import { useHost } from '../../lib/client.ts'
import { isRunning, stateWords } from '../../lib/instance-words.ts'
import { useChecked } from '../../lib/manifest.ts'
import { notifyError } from '../../lib/notify.tsx'
import { openApp } from '../../lib/opened.ts'
import { localRunOf, useInstances, useRunJob } from '../../lib/queries.ts'
import { nameProblem, useRunOptions } from '../../lib/run-options.ts'
import { view } from '../../lib/view.ts'
import { ErrorCard } from '../../ui/cards.tsx'
import { Notices } from '../../ui/notices.tsx'
import { Actions, Section } from '../../ui/page.tsx'
import { State } from '../../ui/state.tsx'
import { Elapsed } from '../../ui/text.tsx'
import styles from './project.module.css'

export function RunSection({ path }: { path: string }) {
  const { manifest } = useChecked(path)
  const instance = localRunOf(useInstances(), manifest?.App.Name)
  const job = useRunJob(path)
  return (
    <Section title="Run on this computer">
      {job?.state === 'running' ? (
        <Running job={job} />
      ) : instance ? (
        <LastRun instance={instance} />
      ) : (
        <div>Not running.</div>
      )}
      {job?.state === 'failed' && instance?.state !== 'ready' ? (
        <ErrorCard error={job.error} title="It did not get ready" />
      ) : null}
      <RunActions path={path} instance={instance} running={job?.state === 'running'} />
      <Options path={path} />
    </Section>
  )
}

function Running({ job }: { job: Job }) {
  const actions = useProjectActions()
  return (
    <div className={styles.running}>
      <div className={styles.runningRow}>
        <span className={styles.grow}>
          {job.stage}
          {job.percent === undefined ? '' : ` ${Math.round(job.percent)} %`}
        </span>
        <Elapsed from={job.startedAt} />
        <Button onClick={() => void actions.cancel(job.id)}>Cancel</Button>
      </div>
      <Progress
        size={3}
        value={job.percent ?? 100}
        animated={job.percent === undefined}
        aria-label={job.stage}
      />
    </div>
  )
}

function LastRun({ instance }: { instance: Instance }) {
  return (
    <>
      <div className={styles.runningRow}>
        <State {...stateWords(instance)} title={instance.reason?.message} />
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
  const [stopping, setStopping] = useState(false)
  const stop = async (id: string) => {
    setStopping(true)
    await client.platform.instances.stop({ id }).catch(error => notifyError(error, 'The run was not stopped'))
    setStopping(false)
  }
  return (
    <Actions>
      {instance?.state === 'ready' ? (
        <Button onClick={() => openApp(instance.id, instance.url)}>Open app</Button>
      ) : null}
      <Button disabled={running} onClick={() => void actions.run(path)}>
        {instance && isRunning(instance) ? 'Run again' : 'Run locally'}
      </Button>
      {instance && isRunning(instance) ? (
        <Button loading={stopping} onClick={() => void stop(instance.id)}>
          Stop
        </Button>
      ) : null}
      {instance ? <Button onClick={() => view.openLog(instance.id, instance.app.title)}>Logs</Button> : null}
    </Actions>
  )
}

function Options({ path }: { path: string }) {
  const { form, locked, error, retry, change } = useRunOptions(path)
  const { engine, port, env } = form
  const badPort = port !== '' && !/^\d{1,5}$/.test(port)
  const setEnv = (index: number, part: Partial<(typeof env)[number]>) =>
    change({ env: env.map((entry, at) => (at === index ? { ...entry, ...part } : entry)) })
  if (error)
    return <ErrorCard error={error} title="The variables of this project could not be read" onRetry={retry} />
  return (
    <details
      className={styles.options}
      open={env.length > 0 || port !== '' || engine !== undefined || undefined}
    >
      <summary>Engine, port and environment</summary>
      <div className={styles.optionRow}>
        <NativeSelect
          label="Engine"
          value={engine ?? ''}
          disabled={locked}
          onChange={event =>
            change({ engine: (event.currentTarget.value || undefined) as 'docker' | undefined })
          }
          data={[
            { value: '', label: 'As in settings' },
            { value: 'docker', label: 'Docker' },
            { value: 'process', label: 'Process' }
          ]}
        />
        <TextInput
          label="Port"
          placeholder="55555"
          inputMode="numeric"
          value={port}
          error={badPort ? '1 to 65535' : undefined}
          disabled={locked}
          onChange={event => change({ port: event.currentTarget.value.trim() })}
        />
      </div>
      {env.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
        <div className={styles.envRow} key={index}>
          <TextInput
            aria-label={`Name of variable ${index + 1}`}
            placeholder="NAME"
            value={entry.name}
            error={nameProblem(entry.name)}
            onChange={event => setEnv(index, { name: event.currentTarget.value })}
          />
          <TextInput
            aria-label={`Value of variable ${index + 1}`}
            placeholder="value"
            value={
              typeof entry.value === 'string' ? entry.value : `${entry.value.secret}: ${entry.value.key}`
            }
            readOnly={typeof entry.value !== 'string'}
            onChange={event => setEnv(index, { value: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={`Remove variable ${entry.name || index + 1}`}
            onClick={() => change({ env: env.filter((_, at) => at !== index) })}
          >
            <X size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        disabled={locked}
        leftSection={<Plus size={14} />}
        onClick={() => change({ env: [...env, { name: '', value: '' }] })}
      >
        Add variable
      </Button>
      <p className={styles.notice}>
        Used for runs on this computer only, kept encrypted, and never part of a bundle.
      </p>
    </details>
  )
}
