/** The roll-out page: the guide's four steps, each with its state, effect, command and undo. */
import { Button, Select } from '@mantine/core'
import { useMemo } from 'react'
import type { App } from '#shared/app.ts'
import { t } from '#shared/language.ts'
import { useApps, useInstances, usePlatform } from '../../host/queries.ts'
import { useChecked } from '../../manifest/manifest.ts'
import { Empty } from '../../ui/empty.tsx'
import { Scroll } from '../../ui/panel.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { Page } from '../../window/page.tsx'
import { useView, view } from '../../window/view.ts'
import { CheckStep, ImportStep } from './first-steps.tsx'
import { DelistStep, PublishStep } from './last-steps.tsx'
import styles from './rollout.module.css'
import { type OwnProject, type RollOut, rollOutOf } from './steps.ts'

export function RollOutPage() {
  const project = useOwnProject()
  const name = useView(state => state.selection.rollout) ?? project?.name
  const wanted = useView(state => state.facets.rollout)
  const apps = useApps()
  const instances = useInstances()
  const user = usePlatform()?.user
  const versions = useMemo(() => (apps.data ?? []).filter(app => app.name === name), [apps.data, name])
  const rollOut = useMemo(
    () =>
      rollOutOf({
        ...{ versions, user, version: wanted },
        instances: instances ?? [],
        project: project?.name === name ? project : undefined
      }),
    [versions, instances, user, wanted, project, name]
  )
  if (apps.error && !apps.data) {
    return (
      <Page title={t`Roll out`}>
        <Scroll>
          <ErrorCard error={apps.error} onRetry={() => void apps.refetch()} />
        </Scroll>
      </Page>
    )
  }
  if (!apps.data || !instances) {
    return (
      <Page title={t`Roll out`}>
        <RowsSkeleton />
      </Page>
    )
  }
  if (!rollOut) return <NothingToRollOut />
  const own = project?.name === name ? project : undefined
  return (
    <RollOutSteps
      rollOut={rollOut}
      title={titleOf(rollOut, versions) ?? own?.title ?? name ?? ''}
      project={own}
    />
  )
}

interface RollOutStepsProps {
  readonly rollOut: RollOut
  readonly title: string
  readonly project: OwnProject | undefined
}

function RollOutSteps({ rollOut, title, project }: RollOutStepsProps) {
  const done = rollOut.states.every(state => state === 'done')
  return (
    <Page
      title={t`Roll out ${title}`}
      summary={done ? t`All users see ${rollOut.version}` : undefined}
      tools={
        <>
          <Select
            aria-label={t`Version to roll out`}
            w={170}
            data={[...rollOut.candidates]}
            value={rollOut.version}
            allowDeselect={false}
            onChange={version => version && view.facet('rollout', version)}
          />
          <Button onClick={() => view.go('catalog')}>{t`Back to the catalog`}</Button>
        </>
      }
    >
      <Scroll>
        <ol className={styles.steps} aria-label={t`Steps`}>
          <ImportStep rollOut={rollOut} title={title} project={project} />
          <CheckStep rollOut={rollOut} />
          <PublishStep rollOut={rollOut} title={title} />
          <DelistStep rollOut={rollOut} />
        </ol>
        <p className={styles.foot}>
          {t`You can leave and come back at any time: each step is read from the platform. Instances of
            older versions are not touched.`}
        </p>
      </Scroll>
    </Page>
  )
}

function NothingToRollOut() {
  return (
    <Page title={t`Roll out`}>
      <Empty
        title={t`Nothing to roll out`}
        actions={<Button onClick={() => view.go('catalog')}>{t`Open the catalog`}</Button>}
      >
        {t`Versions you published yourself can be rolled out, those of a deploy cannot. Choose one of
          your apps in the catalog, or open its project.`}
      </Empty>
    </Page>
  )
}

function titleOf({ app }: RollOut, versions: readonly App[]): string | undefined {
  return app?.title ?? versions[0]?.title
}

function useOwnProject(): (OwnProject & { readonly name: string; readonly title: string }) | undefined {
  const path = useView(state => state.projectPath)
  const { findings, manifest } = useChecked(path)
  return useMemo(() => {
    if (path === undefined || !manifest) return undefined
    const errors = (findings ?? []).filter(finding => finding.severity === 'error').length
    const { Name: name, Version: version, Title } = manifest.App
    return { path, name, title: Title || name, version, errors }
  }, [path, findings, manifest])
}
