/** The clean-up page: old versions, instances and unused data with their sizes; a job removes the chosen ones. */
import { Button, Progress, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { Job } from '#shared/job.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { type CleanUpChoice, freedBytes, type JoinedPlan, proposedChoice } from '#shared/upkeep.ts'
import { useProjectActions } from '../../actions/project.ts'
import { removeWithUndo, UNDO_SECONDS, undoWords } from '../../actions/removal.ts'
import { useConnection, useHost } from '../../host/client.ts'
import { useJobs } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { bytes, count, plural } from '../../labels/humanise.ts'
import { rowFilter } from '../../labels/row-filter.ts'
import type { Ids } from '../../ui/checks.ts'
import { DataGrid } from '../../ui/data-grid.tsx'
import { Empty } from '../../ui/empty.tsx'
import page from '../../ui/page.module.css'
import { Scroll } from '../../ui/panel.tsx'
import { rich } from '../../ui/rich.ts'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { SlowNote } from '../../ui/slow-note.tsx'
import { Bytes, Elapsed } from '../../ui/text.tsx'
import { CopyCliCommand } from '../../window/copy.tsx'
import { confirm } from '../../window/dialogs.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import { ListPage } from '../../window/list-page.tsx'
import { Filter, Page } from '../../window/page.tsx'
import { useView, view } from '../../window/view.ts'
import { cleanUpColumns } from './columns.tsx'
import { type CleanUpRow, choiceOf, isInstance, rowsOf } from './rows.ts'

export function CleanUpPage() {
  const { orpc } = useHost()
  const queries = useQueryClient()
  const plan = usePlan()
  const newest = useJobs()?.find(job => job.kind === 'clean-up')
  const running = newest?.state === 'running' ? newest : undefined
  useEffect(() => {
    if (newest?.endedAt) void queries.invalidateQueries({ queryKey: orpc.upkeep.key() })
  }, [newest?.endedAt, queries, orpc])

  if (plan.error) {
    return (
      <Page title={t`Clean up`}>
        <Scroll>
          <ErrorCard
            error={plan.error}
            title={t`What could be cleaned up is not known`}
            onRetry={plan.retry}
          />
        </Scroll>
      </Page>
    )
  }
  if (!plan.data) {
    return (
      <Page title={t`Clean up`} summary={t`Looking at what old versions and instances take up`}>
        <SlowNote>
          {t`Docker is asked for its images and containers, and what environments and logs take up is
            added up.`}
        </SlowNote>
        <RowsSkeleton />
      </Page>
    )
  }
  return <CleanUpList plan={plan.data} running={running} />
}

/** Joins the clean-up plans for the platform and for this computer. */
function usePlan(): { readonly data?: JoinedPlan; readonly error?: Error; retry(): void } {
  const { orpc } = useHost()
  const ofPlatform = useQuery(orpc.upkeep.cleanUpPlan.queryOptions({ staleTime: 0 }))
  const ofComputer = useQuery(orpc.upkeep.leftovers.queryOptions({ staleTime: 0 }))
  const data = useMemo(
    () => ofPlatform.data && ofComputer.data && { ...ofPlatform.data, ...ofComputer.data },
    [ofPlatform.data, ofComputer.data]
  )
  const error = data ? undefined : (ofPlatform.error ?? ofComputer.error ?? undefined)
  const retry = () => {
    for (const part of [ofPlatform, ofComputer]) if (part.error) void part.refetch()
  }
  return { ...(data ? { data } : {}), ...(error ? { error } : {}), retry }
}

function CleanUpList({ plan, running }: { plan: JoinedPlan; running: Job | undefined }) {
  const stale = useConnection().status !== 'up'
  const filter = useView(state => state.filters.cleanup ?? '')
  const rows = useMemo(() => rowsOf(plan), [plan])
  const shown = useMemo(() => matching(rows, filter), [rows, filter])
  // Until the user chooses, the proposed items are chosen, also after the plan is fetched again.
  const [own, setOwn] = useState<Ids>()
  const [cursor, setCursor] = useState<string>()
  const chosen = useMemo(() => own ?? idsOf(proposedChoice(plan)), [own, plan])
  const choice = choiceOf(rows, chosen)
  const all = choiceOf(rows, new Set(rows.map(({ id }) => id)))
  return (
    <ListPage
      title={t`Clean up`}
      all={rows}
      empty={
        <Empty
          title={t`Nothing to clean up`}
          actions={<Button onClick={() => view.go('catalog')}>{t`Open the catalog`}</Button>}
        >
          {t`Old versions that a deploy made, instances that have ended, and what they left on this
            computer show here with what they take up.`}
          <Unknown plan={plan} />
        </Empty>
      }
      summary={
        rows.length === 0 ? undefined : rich`Up to ${<Bytes value={freedBytes(plan, all)} />} can be freed`
      }
      tools={
        <>
          <Button onClick={() => view.go('catalog')}>{t`Back to the catalog`}</Button>
          <Filter page="cleanup" label={t`Filter what can be cleaned up`} />
        </>
      }
      bar={
        running ? (
          <Running job={running} />
        ) : rows.length === 0 ? undefined : (
          <>
            <ChoiceBar rows={rows} chosen={chosen} frees={freedBytes(plan, choice)} />
            <Unknown plan={plan} />
          </>
        )
      }
    >
      <DataGrid
        label={t`What can be cleaned up`}
        rows={shown}
        columns={cleanUpColumns}
        idOf={idOf}
        selected={cursor}
        onSelect={setCursor}
        choice={{ ids: chosen, onChange: setOwn, nameOf }}
        rowHeight={48}
        stale={stale || running !== undefined}
        none={t`None of ${plural(rows.length, 'entry', 'entries')} matches “${filter}”.`}
      />
    </ListPage>
  )
}

const matching = rowFilter(({ title, version, what }: CleanUpRow) => [title, version, what])

const idsOf = ({ apps, instances, leftovers }: CleanUpChoice): Ids =>
  new Set([...apps, ...instances, ...leftovers])
const idOf = (row: CleanUpRow) => row.id
const nameOf = (row: CleanUpRow) => `${row.title} ${row.version}`.trim()

interface ChoiceBarProps {
  readonly rows: readonly CleanUpRow[]
  readonly chosen: Ids
  /** Bytes. */
  readonly frees: number
}

function ChoiceBar({ rows, chosen, frees }: ChoiceBarProps) {
  const { client } = useHost()
  const wanted = rows.filter(({ id }) => chosen.has(id))
  const choice = choiceOf(rows, chosen)
  const ask = () =>
    confirm({
      title: t`Remove ${plural(wanted.length, 'entry', 'entries')}?`,
      text: consequence(wanted, frees),
      action: t`Remove and free ${bytes(frees)}`,
      destructive: true,
      onConfirm: () =>
        void removeWithUndo(client, plural(wanted.length, 'entry', 'entries'), () =>
          client.upkeep.cleanUp({ ...choice, undoSeconds: UNDO_SECONDS })
        )
    })
  return (
    <>
      <span>
        {wanted.length === 0 ? (
          <strong>{t`Nothing chosen`}</strong>
        ) : (
          rich`${<strong>{t`${count(wanted.length)} chosen`}</strong>}, frees ${<Bytes value={frees} />}`
        )}
      </span>
      <Button disabled={wanted.length === 0} onClick={ask}>
        {t`Remove…`}
      </Button>
      <CopyCliCommand
        commands={[
          [t`Only list`, cliCommand.cleanUp(true)],
          [t`Clean up what is proposed`, cliCommand.cleanUp(false)]
        ]}
      />
    </>
  )
}

function Running({ job }: { job: Job }) {
  const actions = useProjectActions()
  const stage = stageText(job.stage)
  return (
    <>
      <span role="status">{stage}</span>
      <Elapsed from={job.startedAt} />
      <Progress value={job.percent ?? 0} w={180} aria-label={stage} />
      <Button className={page.grow ?? ''} onClick={() => void actions.cancel(job.id)}>
        {t`Cancel`}
      </Button>
    </>
  )
}

/** Lists what could not be inspected, so that nothing is left out silently. */
function Unknown({ plan }: { plan: JoinedPlan }) {
  return plan.unknown.map(text => (
    <Text key={text} c="dimmed" size="xs">
      {text}
    </Text>
  ))
}

/** Describes what will be lost. */
function consequence(rows: readonly CleanUpRow[], frees: number): string {
  const apps = rows.filter(({ kind }) => kind === 'app').length
  const instances = rows.filter(({ kind }) => isInstance(kind)).length
  const others = rows.length - apps - instances
  const volume = rows.reduce((sum, row) => sum + row.volume, 0)
  return [
    apps > 0
      ? plural(apps, 'deploy version can no longer be started.', 'deploy versions can no longer be started.')
      : '',
    instances > 0
      ? plural(
          instances,
          'ended instance and its log are removed.',
          'ended instances and their logs are removed.'
        )
      : '',
    others > 0
      ? plural(others, 'thing that nothing uses now is removed.', 'things that nothing uses now are removed.')
      : '',
    volume > 0 ? t`${bytes(volume)} of data on volumes are lost.` : '',
    t`This frees ${bytes(frees)}.`,
    undoWords()
  ]
    .filter(Boolean)
    .join(' ')
}
