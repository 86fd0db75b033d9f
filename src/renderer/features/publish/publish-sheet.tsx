/** The publish sheet: folders and bundles with their problems, visibility and progress. */
import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import type { Visibility } from '#shared/app.ts'
import { t } from '#shared/language.ts'
import { useProjectActions } from '../../actions/project.ts'
import { type Candidate, forgetEndedJobs, setPublishJob, useCandidates } from '../../host/publishing.ts'
import { useJobs } from '../../host/queries.ts'
import { plural } from '../../labels/humanise.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { rich } from '../../ui/rich.ts'
import { Item } from './item.tsx'
import { titleOf } from './labels.ts'
import styles from './publish.module.css'
import { Settings } from './settings.tsx'

interface PublishSheetProps {
  /** Paths of project folders and bundles. */
  readonly paths: readonly string[]
  readonly onClose: () => void
}

type Way = 'publish' | 'deploy'

/** What to do once the user confirms that everyone will see it. */
interface Asking {
  readonly chosen: readonly Candidate[]
  readonly way: Way
}

export function PublishSheet({ paths, onClose }: PublishSheetProps) {
  const actions = useProjectActions()
  const jobs = useJobs()
  useState(() => forgetEndedJobs(jobs))
  const [shown, setShown] = useState(paths)
  const candidates = useCandidates(shown)
  const [visibility, setVisibility] = useState<Visibility>('PRIVATE')
  const [asking, setAsking] = useState<Asking>()

  const give = (chosen: readonly Candidate[], way: Way) => {
    setAsking(undefined)
    for (const { path } of chosen) void actions.publish(path, visibility, way === 'deploy')
  }
  const begin = (chosen: readonly Candidate[], way: Way) =>
    visibility === 'ALL_USERS' ? setAsking({ chosen, way }) : give(chosen, way)
  const waiting = candidates.filter(({ job, requested }) => job === undefined && !requested)

  return (
    <Dialog onClose={onClose} title={sheetTitle(candidates)} size={620}>
      <Stack gap="md">
        <div
          className={styles.items}
          data-several={candidates.length > 1 || undefined}
          data-autofocus
          tabIndex={-1}
        >
          {candidates.map(candidate => (
            <Item
              key={candidate.path}
              candidate={candidate}
              alone={candidates.length === 1}
              onRemove={() => setShown(shown.filter(path => path !== candidate.path))}
              onRetry={() => {
                setPublishJob(candidate.path, undefined)
                candidate.inspectAgain()
              }}
              onClose={onClose}
            />
          ))}
        </div>
        {waiting.length > 0 ? (
          <Settings visibility={visibility} onVisibility={setVisibility} candidates={waiting} />
        ) : null}
        {asking ? (
          <AllUsers
            chosen={asking.chosen}
            action={asking.way === 'deploy' ? t`Deploy for all users` : t`Publish for all users`}
            onBack={() => setAsking(undefined)}
            onConfirm={() => give(asking.chosen, asking.way)}
          />
        ) : (
          <Buttons
            waiting={waiting}
            several={candidates.length > 1}
            begun={waiting.length < candidates.length}
            onBegin={begin}
            onClose={onClose}
          />
        )}
      </Stack>
    </Dialog>
  )
}

interface ButtonsProps {
  readonly waiting: readonly Candidate[]
  readonly several: boolean
  /** True if jobs were started already: closing the sheet does not cancel them. */
  readonly begun: boolean
  readonly onBegin: (chosen: readonly Candidate[], way: Way) => void
  readonly onClose: () => void
}

function Buttons({ waiting, several, begun, onBegin, onClose }: ButtonsProps) {
  if (waiting.length === 0) {
    return (
      <Group justify="flex-end">
        <Button onClick={onClose}>{t`Close`}</Button>
      </Group>
    )
  }
  const deployable = waiting.filter(({ inspection, status }) => inspection && !status.blocked)
  const publishable = deployable.filter(({ status }) => !status.exists)
  const toDeploy = countText(several, deployable.length, waiting.length)
  const toPublish = countText(several, publishable.length, waiting.length)
  return (
    <Group justify="flex-end">
      <Button onClick={onClose}>{begun ? t`Close` : t`Cancel`}</Button>
      <Button
        disabled={deployable.length === 0}
        title={t`Publishes a private, time-stamped version and starts it`}
        onClick={() => onBegin(deployable, 'deploy')}
      >
        {toDeploy === '' ? t`Deploy` : t`Deploy ${toDeploy}`}
      </Button>
      <Button
        variant="filled"
        disabled={publishable.length === 0}
        title={t`Imports it as an immutable version`}
        onClick={() => onBegin(publishable, 'publish')}
      >
        {toPublish === '' ? t`Publish` : t`Publish ${toPublish}`}
      </Button>
    </Group>
  )
}

interface AllUsersProps {
  readonly chosen: readonly Candidate[]
  readonly action: string
  readonly onBack: () => void
  readonly onConfirm: () => void
}

/** Asks for confirmation before everyone can see the apps. */
function AllUsers({ chosen, action, onBack, onConfirm }: AllUsersProps) {
  const [first] = chosen
  const what = chosen.length === 1 && first ? titleOf(first) : plural(chosen.length, 'app')
  return (
    <div className={styles.ask} role="alert">
      <p>
        {rich`Everyone on this platform will see ${<bdi>{what}</bdi>} in the catalog and can run it.
          You can make it private again later; instances others started stay.`}
      </p>
      <Group justify="flex-end">
        <Button onClick={onBack} data-autofocus>
          {t`Back`}
        </Button>
        <Button variant="filled" onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </div>
  )
}

function sheetTitle(candidates: readonly Candidate[]): string {
  const [only] = candidates
  if (candidates.length !== 1 || !only) return t`Publish ${plural(candidates.length, 'app')}`
  return only.inspection?.manifest ? t`Publish ${titleOf(only)}` : t`Publish`
}

/** `2 of 3` if not all can be published. */
function countText(several: boolean, count: number, of: number): string {
  if (!several || count === 0) return ''
  return count === of ? `${count}` : t`${count} of ${of}`
}
