/** The side panel of a project: its facts, its run, and its published versions. */
import { Anchor, Button } from '@mantine/core'
import { type App, isDeployVersion } from '#shared/app.ts'
import { hasErrors } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { useProjectActions } from '../../actions/project.ts'
import { optionsOf, useRunOptions } from '../../actions/run-options.ts'
import { usePublishJob } from '../../host/publishing.ts'
import { useApps } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import { groupByName, latestOf } from '../../labels/versions.ts'
import { useChecked, useProjectFiles } from '../../manifest/manifest.ts'
import { Facts } from '../../ui/facts.tsx'
import { JobProgress } from '../../ui/job-progress.tsx'
import { Actions, Panel, Section } from '../../ui/panel.tsx'
import { Bytes, Name, Quantity } from '../../ui/text.tsx'
import { VersionList } from '../../ui/version-list.tsx'
import { CliCommands } from '../../window/copy.tsx'
import { view } from '../../window/view.ts'
import { RequirementsFact, useRequirements } from './requirements-fact.tsx'
import { RunSection } from './run/run-section.tsx'

export function ProjectPanel({ path }: { path: string }) {
  const { manifest } = useChecked(path)
  const files = useProjectFiles(path).data
  const requirements = useRequirements(path)
  const app = manifest?.App
  const memory = manifest?.Runtime.MemoryLimit
  const how = optionsOf(useRunOptions(path).form)
  return (
    <Panel
      untitled
      title={app?.Title ?? app?.Name ?? t`Project`}
      subtitle={app?.Description?.trim().split('\n')[0]}
    >
      <Facts
        rows={[
          [t`Name`, app ? <Name key="name">{app.Name}</Name> : undefined],
          [t`Version`, app?.Version],
          [t`Module`, manifest?.Runtime.Module],
          [
            t`In the bundle`,
            files ? (
              <span key="files">
                {plural(files.count, 'file')}, <Bytes value={files.size} />
              </span>
            ) : undefined
          ],
          [
            t`Requirements`,
            requirements ? <RequirementsFact key="requirements" {...requirements} /> : undefined
          ],
          [t`Memory`, memory ? <Quantity key="memory" text={memory} /> : undefined],
          [t`Volume`, volume(manifest?.Runtime)],
          [
            t`Folder`,
            <bdi key="folder" title={path}>
              {path}
            </bdi>
          ]
        ]}
      />
      <RunSection path={path} />
      <PublishSection path={path} />
      <Versions name={app?.Name} />
      <CliCommands
        commands={[
          [t`Run`, cliCommand.exec(path, how)],
          [t`Watch`, cliCommand.execWatch(path, how)],
          [t`Version`, cliCommand.bump(path, 'patch')],
          [t`Requirements`, cliCommand.requirements(path)],
          [t`Publish`, cliCommand.publish(path, 'PRIVATE')],
          [t`Deploy`, cliCommand.deploy(path)],
          [t`Bundle`, cliCommand.bundle(path)]
        ]}
      />
    </Panel>
  )
}

function PublishSection({ path }: { path: string }) {
  const actions = useProjectActions()
  const { findings, manifest } = useChecked(path)
  const apps = useApps().data
  const app = manifest?.App
  const published = app
    ? (apps ?? []).filter(other => other.name === app.Name && !isDeployVersion(other.version))
    : []
  const exists = published.some(other => other.version === app?.Version)
  const blocked = !manifest || hasErrors(findings ?? [])
  const job = usePublishJob(path)
  const running = job?.state === 'running'
  return (
    <Section title={t`Publish`}>
      {running ? <JobProgress job={job} onCancel={() => void actions.cancel(job.id)} /> : null}
      <div>
        {blocked && manifest
          ? t`Fix the problems before you publish.`
          : publishedText(published.length, latestOf(published)?.version, exists, app?.Version)}{' '}
        {published.length > 0 ? (
          <Anchor
            component="button"
            type="button"
            onClick={() => {
              view.select('catalog', app?.Name)
              view.go('catalog')
            }}
          >
            {t`See in catalog`}
          </Anchor>
        ) : null}
      </div>
      <Actions>
        <Button onClick={() => void actions.openPublish([path])}>{t`Publish…`}</Button>
        <Button
          disabled={blocked || running}
          title={t`Imports it under a stamped version and runs it`}
          onClick={() => void actions.publish(path, 'PRIVATE', true)}
        >
          {t`Deploy`}
        </Button>
        <Button
          disabled={blocked}
          title={t`Writes the .qz into the project's folder`}
          onClick={() => void actions.bundle(path)}
        >
          {t`Bundle`}
        </Button>
      </Actions>
    </Section>
  )
}

/** A timeline of the published versions of this Name; a click shows a version in the catalog. */
function Versions({ name }: { name: string | undefined }) {
  const apps = useApps().data
  const [group] = groupByName((apps ?? []).filter(app => app.name === name && !app.ephemeral))
  if (!group) return null
  const show = ({ id }: App) => {
    view.select('catalog', group.name)
    view.panelTab('catalog', id)
    view.go('catalog')
  }
  return <VersionList group={group} few={5} onSelect={show} />
}

function publishedText(
  count: number,
  latest: string | undefined,
  exists: boolean,
  version: string | undefined
): string {
  if (exists) {
    return t`${version ?? ''} is published already. Raise Version to publish again, or deploy for a try.`
  }
  return count === 0
    ? t`Not published yet.`
    : t`${plural(count, 'version')} published, the latest is ${latest ?? ''}.`
}

function volume(
  runtime: { VolumeMount?: string | undefined; VolumeSize?: string | undefined } | undefined
): string | undefined {
  if (!runtime?.VolumeMount) return undefined
  return runtime.VolumeSize
    ? t`${runtime.VolumeSize} at ${runtime.VolumeMount}`
    : t`at ${runtime.VolumeMount}`
}
