/** One folder or bundle in the publish sheet: its facts, then its progress, then its result. */
import { ActionIcon, Button } from '@mantine/core'
import { X } from 'lucide-react'
import { isBundlePath } from '#shared/bundle.ts'
import { t } from '#shared/language.ts'
import { useProjectActions } from '../../actions/project.ts'
import { lacksManifest } from '../../host/errors.ts'
import type { Candidate } from '../../host/publishing.ts'
import { plural } from '../../labels/humanise.ts'
import { AppIcon } from '../../ui/app-icon.tsx'
import { JobProgress } from '../../ui/job-progress.tsx'
import { rich } from '../../ui/rich.ts'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Glyph } from '../../ui/state.tsx'
import { Bytes, Name } from '../../ui/text.tsx'
import { openDialog } from '../../window/dialogs.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import { FindingList } from '../../window/finding-list.tsx'
import { revealFinding } from '../../window/reveal.ts'
import { titleOf } from './labels.ts'
import styles from './publish.module.css'
import { Result } from './result.tsx'
import { VersionChoice } from './version-choice.tsx'

interface ItemProps {
  readonly candidate: Candidate
  /** True for the only item in the sheet, which shows all details. */
  readonly alone: boolean
  readonly onRemove: () => void
  readonly onRetry: () => void
  readonly onClose: () => void
}

export function Item({ candidate, alone, onRemove, onRetry, onClose }: ItemProps) {
  const { inspection, job, error, requested } = candidate
  const actions = useProjectActions()
  const idle = job === undefined && !requested
  return (
    <section className={styles.item} aria-label={titleOf(candidate)}>
      <div className={styles.head}>
        <AppIcon title={titleOf(candidate)} icon={inspection?.icon} />
        <About candidate={candidate} named={!alone || inspection?.manifest === undefined} />
        {idle && inspection?.kind === 'bundle' ? (
          <Button onClick={() => openDialog({ kind: 'bundle', file: candidate.path })}>
            {t`Look inside`}
          </Button>
        ) : null}
        {!alone && idle ? (
          <ActionIcon aria-label={t`Leave out ${titleOf(candidate)}`} onClick={onRemove}>
            <X size={14} />
          </ActionIcon>
        ) : null}
      </div>
      {inspection === undefined && error === undefined ? <RowsSkeleton rows={2} /> : null}
      {idle ? <Refused candidate={candidate} onClose={onClose} /> : null}
      {idle && inspection?.manifest ? <VersionChoice candidate={candidate} inspection={inspection} /> : null}
      {idle && inspection ? <Findings candidate={candidate} alone={alone} onClose={onClose} /> : null}
      {job?.state === 'running' ? (
        <JobProgress job={job} stages={alone} onCancel={() => void actions.cancel(job.id)} />
      ) : null}
      {job && job.state !== 'running' ? <Result job={job} onRetry={onRetry} onClose={onClose} /> : null}
    </section>
  )
}

interface AboutProps {
  readonly candidate: Candidate
  /** True if the item shows its own name; otherwise the sheet's title does. */
  readonly named: boolean
}

function About({ candidate: { path, inspection }, named }: AboutProps) {
  const app = inspection?.manifest?.App
  return (
    <div className={styles.about}>
      {named ? (
        <strong>
          <Name>{titleOf({ path, inspection })}</Name>
        </strong>
      ) : null}
      <span className={styles.dim}>
        <Name title={path}>{app?.Name ?? path}</Name>
      </span>
      {inspection ? (
        <span className={styles.dim}>
          {inspection.kind === 'bundle' ? (
            rich`${plural(inspection.count, 'file')}, ${<Bytes value={inspection.size} />} bundled`
          ) : (
            <>
              {plural(inspection.count, 'file')}, <Bytes value={inspection.size} />
            </>
          )}
        </span>
      ) : null}
    </div>
  )
}

/** Why the item cannot be inspected, and what to do. */
function Refused({
  candidate: { path, error, inspectAgain },
  onClose
}: Pick<ItemProps, 'candidate' | 'onClose'>) {
  const actions = useProjectActions()
  if (!error) return null
  const bundle = isBundlePath(path)
  const setUp = () => {
    onClose()
    void actions.open(path)
  }
  return (
    <ErrorCard
      error={error}
      title={bundle ? t`This bundle cannot be published` : t`This folder cannot be published`}
      onRetry={inspectAgain}
      action={
        !bundle && lacksManifest(error) ? <Button onClick={setUp}>{t`Make it a project`}</Button> : null
      }
    />
  )
}

/** Shows problems directly; warnings and notes behind a line with their number. */
function Findings({ candidate, alone, onClose }: Pick<ItemProps, 'candidate' | 'alone' | 'onClose'>) {
  const actions = useProjectActions()
  const { inspection, path } = candidate
  const findings = inspection?.findings ?? []
  if (findings.length === 0) return null
  const errors = findings.filter(({ severity }) => severity === 'error')
  const fix = async () => {
    onClose()
    await actions.open(path)
    if (errors[0]) revealFinding(errors[0])
  }
  return (
    <details className={styles.findings} open={errors.length > 0 && alone ? true : undefined}>
      <summary>
        <span className={styles.counts}>
          {errors.length > 0 ? <Glyph tone="bad" /> : null}
          {countsText(errors.length, findings.length - errors.length)}
        </span>
      </summary>
      <div className={styles.findingList}>
        <FindingList findings={findings} />
      </div>
      {errors.length > 0 && inspection?.kind === 'project' ? (
        <Button onClick={() => void fix()}>{t`Fix in the editor`}</Button>
      ) : null}
    </details>
  )
}

function countsText(errors: number, others: number): string {
  if (errors === 0) return t`No problems, ${plural(others, 'finding')}`
  const text = plural(
    errors,
    'problem keeps it from being published',
    'problems keep it from being published'
  )
  return others === 0 ? text : `${text}, ${plural(others, 'other finding')}`
}
