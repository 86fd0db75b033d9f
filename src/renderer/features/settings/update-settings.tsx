/** Update settings: when to check, the last result, and its actions. Downloads start only with a click. */
import { Anchor, Button, SegmentedControl, Switch } from '@mantine/core'
import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { t } from '#shared/language.ts'
import type { Settings } from '#shared/system.ts'
import type { Release, UpdateChannel, UpdateRule, Updates } from '#shared/updates.ts'
import { openLink } from '../../actions/open-link.ts'
import { useHost } from '../../host/client.ts'
import { useJobs } from '../../host/queries.ts'
import { bytes, exactBytes } from '../../labels/humanise.ts'
import { JobProgress } from '../../ui/job-progress.tsx'
import { rich } from '../../ui/rich.ts'
import { Age } from '../../ui/text.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { Setting } from './setting.tsx'
import styles from './settings.module.css'

interface UpdateSettingsProps {
  readonly version: string
  readonly settings: Settings
  readonly onSave: (change: Partial<Settings>) => void
}

export function UpdateSettings({ version, settings, onSave }: UpdateSettingsProps) {
  const { orpc } = useHost()
  const { data: updates, error } = useQuery(
    // Automatic checks send no event, so poll for their result.
    orpc.updates.state.queryOptions({ staleTime: 0, refetchInterval: settings.updates === 'daily' && 3_000 })
  )
  if (error) return <ErrorCard error={error} title={t`Updates`} />
  if (!updates) return null
  if (updates.address === undefined) {
    return (
      <Setting
        title={t`Updates`}
        text={t`This build cannot check for updates: it was made without an update channel. Get a newer one where
          you got this one.`}
      >
        {null}
      </Setting>
    )
  }
  return (
    <>
      <Setting
        title={t`Updates`}
        text={t`Whether ${new URL(updates.address).host} is asked for a newer version. It is told nothing
          of you; nothing is downloaded or installed unless you say so.`}
      >
        <SegmentedControl
          aria-label={t`Updates`}
          size="xs"
          value={settings.updates}
          onChange={value => onSave({ updates: value as UpdateRule })}
          data={[
            { value: 'never', label: t`Never` },
            { value: 'ask', label: t`When I ask` },
            { value: 'daily', label: t`Once a day` }
          ]}
        />
      </Setting>
      {settings.updates === 'never' ? null : (
        <Channel
          key={settings.updateChannel}
          version={version}
          settings={settings}
          onSave={onSave}
          updates={updates}
        />
      )}
    </>
  )
}

function Channel({ version, settings, onSave, updates }: UpdateSettingsProps & { updates: Updates }) {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const showState = (state: Updates) =>
    queries.setQueryData(orpc.updates.state.queryOptions().queryKey, state)
  const inspect = useMutation({ mutationFn: () => client.updates.look(), onSuccess: showState })
  const { found, lookedAt, problem } = updates
  const isSkipped = found !== undefined && found.version === settings.skippedUpdate
  return (
    <>
      <Setting title={t`Update channel`} text={t`Beta versions come earlier, and may not work as well.`}>
        <SegmentedControl
          aria-label={t`Update channel`}
          size="xs"
          value={settings.updateChannel}
          onChange={value => onSave({ updateChannel: value as UpdateChannel })}
          data={[
            { value: 'stable', label: t`Stable` },
            { value: 'beta', label: t`Beta` }
          ]}
        />
      </Setting>
      <Setting title={t`Newest version`} text={t`You have ${version}.`}>
        <div className={styles.column}>
          {found && !isSkipped ? (
            <Found
              release={found}
              updates={updates}
              onKeep={showState}
              onSkip={() => onSave({ skippedUpdate: found.version })}
            />
          ) : (
            <span role="status">{notFound(found, lookedAt, problem !== undefined)}</span>
          )}
          <div className={styles.row}>
            <Button loading={inspect.isPending} onClick={() => inspect.mutate()}>
              {t`Check now`}
            </Button>
            {isSkipped ? (
              <Button onClick={() => onSave({ skippedUpdate: '' })}>{t`Do not skip it`}</Button>
            ) : null}
            {lookedAt ? (
              <span className={styles.beside}>{rich`Last check: ${<Age since={lookedAt} />}`}</span>
            ) : null}
          </div>
          <ErrorCard error={inspect.error ?? (problem ? { code: 'UNAVAILABLE', ...problem } : undefined)} />
        </div>
      </Setting>
    </>
  )
}

function notFound(found: Release | undefined, lookedAt: string | undefined, failed: boolean): string {
  if (found) return t`${found.version} is there. You skip it.`
  if (!lookedAt) return t`Not checked yet.`
  return failed ? t`The last check failed.` : t`Yours is the newest.`
}

interface FoundProps {
  readonly release: Release
  readonly updates: Updates
  readonly onKeep: (state: Updates) => void
  readonly onSkip: () => void
}

function Found({ release, updates, onKeep, onSkip }: FoundProps) {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const fetch = useMutation({ mutationFn: () => client.updates.fetch() })
  const install = useMutation({
    mutationFn: (wanted: boolean) => client.updates.installOnQuit({ wanted }),
    onSuccess: onKeep
  })
  const job = useJobs()?.find(({ kind }) => kind === 'update')
  const state = job?.state
  useEffect(() => {
    if (state !== undefined && state !== 'running')
      void queries.invalidateQueries({ queryKey: orpc.updates.state.queryOptions().queryKey })
  }, [state, queries, orpc])
  const version = <strong>{release.version}</strong>
  const failed = job?.state === 'failed' && !updates.fetched ? job.error : undefined
  return (
    <>
      <span role="status">
        {updates.fetched ? rich`${version} is downloaded.` : rich`${version} is there.`}{' '}
        {release.notes ? <Notes address={release.notes} /> : null}
      </span>
      {job?.state === 'running' ? (
        <JobProgress job={job} onCancel={() => void client.jobs.cancel({ id: job.id })} />
      ) : (
        <Next release={release} updates={updates} fetch={fetch} install={install} onSkip={onSkip} />
      )}
      <ErrorCard error={fetch.error ?? install.error ?? failed} />
    </>
  )
}

interface NextProps {
  readonly release: Release
  readonly updates: Updates
  readonly fetch: UseMutationResult<unknown, Error, void>
  readonly install: UseMutationResult<Updates, Error, boolean>
  readonly onSkip: () => void
}

/** Actions for a found update: download it, then install it on quit; or skip it. */
function Next({ release, updates, fetch, install, onSkip }: NextProps) {
  if (!updates.canInstall) {
    return (
      <span>
        {t`This kind of installation does not replace itself: get the newer one where you got this one.`}
      </span>
    )
  }
  if (updates.fetched) {
    return (
      <Switch
        label={t`Install it when I quit`}
        checked={updates.installOnQuit}
        disabled={install.isPending}
        onChange={event => install.mutate(event.currentTarget.checked)}
      />
    )
  }
  return (
    <div className={styles.row}>
      <Button loading={fetch.isPending} title={exactBytes(release.size)} onClick={() => fetch.mutate()}>
        {t`Download (${bytes(release.size)})`}
      </Button>
      <Button onClick={onSkip}>{t`Skip this version`}</Button>
    </div>
  )
}

function Notes({ address }: { address: string }) {
  return (
    <Anchor
      underline="always"
      href={address}
      title={address}
      onClick={event => {
        event.preventDefault()
        openLink(address)
      }}
    >
      {t`What is new`}
    </Anchor>
  )
}
