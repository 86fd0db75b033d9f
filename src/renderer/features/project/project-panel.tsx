/** The side panel of a project: what it is, how it runs, and where it can be published. */
import { Anchor, Button } from '@mantine/core'
import { type App, isDeployVersion } from '#shared/app.ts'
import { hasErrors } from '#shared/finding.ts'
import { useProjectActions } from '../../lib/actions.ts'
import { twin } from '../../lib/cli-twin.ts'
import { plural } from '../../lib/humanise.ts'
import { useChecked, useProjectFiles } from '../../lib/manifest.ts'
import { usePublishJob } from '../../lib/publishing.ts'
import { useApps } from '../../lib/queries.ts'
import { optionsOf, useRunOptions } from '../../lib/run-options.ts'
import { groupByName, latestOf } from '../../lib/versions.ts'
import { view } from '../../lib/view.ts'
import { Twins } from '../../ui/copy.tsx'
import { Facts } from '../../ui/facts.tsx'
import { JobProgress } from '../../ui/job-progress.tsx'
import { Actions, Panel, Section } from '../../ui/page.tsx'
import { Bytes, Name, Quantity } from '../../ui/text.tsx'
import { VersionList } from '../../ui/version-list.tsx'
import { RunSection } from './run/run-section.tsx'

export function ProjectPanel({ path }: { path: string }) {
  const { manifest } = useChecked(path)
  const files = useProjectFiles(path).data
  const app = manifest?.App
  const memory = manifest?.Runtime.MemoryLimit
  const how = optionsOf(useRunOptions(path).form)
  return (
    <Panel
      untitled
      title={app?.Title ?? app?.Name ?? 'Project'}
      subtitle={app?.Description?.trim().split('\n')[0]}
    >
      <Facts
        rows={[
          ['Name', app ? <Name key="name">{app.Name}</Name> : undefined],
          ['Version', app?.Version],
          ['Module', manifest?.Runtime.Module],
          [
            'Bundle',
            files ? (
              <span key="files">
                {plural(files.count, 'file')}, <Bytes value={files.size} />
              </span>
            ) : undefined
          ],
          ['Memory', memory ? <Quantity key="memory" text={memory} /> : undefined],
          ['Volume', volume(manifest?.Runtime)],
          [
            'Folder',
            <bdi key="folder" title={path}>
              {path}
            </bdi>
          ]
        ]}
      />
      <RunSection path={path} />
      <PublishSection path={path} />
      <Versions name={app?.Name} />
      <Twins
        commands={[
          ['Run', twin.exec(path, how)],
          ['Watch', twin.execWatch(path, how)],
          ['Version', twin.bump(path, 'patch')],
          ['Requirements', twin.requirements(path)],
          ['Publish', twin.publish(path, 'PRIVATE')],
          ['Deploy', twin.deploy(path)],
          ['Bundle', twin.bundle(path)]
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
    <Section title="Publish">
      {running ? <JobProgress job={job} onCancel={() => void actions.cancel(job.id)} /> : null}
      <div>
        {blocked && manifest
          ? 'What has problems cannot be published: fix them first.'
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
            See in catalog
          </Anchor>
        ) : null}
      </div>
      <Actions>
        <Button onClick={() => void actions.openPublish([path])}>Publish…</Button>
        <Button
          disabled={blocked || running}
          title="Imports it under a stamped version and runs it"
          onClick={() => void actions.publish(path, 'PRIVATE', true)}
        >
          Deploy
        </Button>
        <Button
          disabled={blocked}
          title="Writes the .qz into the project's folder"
          onClick={() => void actions.bundle(path)}
        >
          Bundle
        </Button>
      </Actions>
    </Section>
  )
}

/** What of this Name is published, along a line of time; one that is clicked is shown in the catalog. */
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
  if (exists) return `${version} is published already. Raise Version to publish again, or deploy for a try.`
  return count === 0
    ? 'Not published yet.'
    : `${plural(count, 'version')} published, the latest is ${latest}.`
}

function volume(
  runtime: { VolumeMount?: string | undefined; VolumeSize?: string | undefined } | undefined
): string | undefined {
  return runtime?.VolumeMount ? `${runtime.VolumeSize ?? ''} at ${runtime.VolumeMount}`.trim() : undefined
}
