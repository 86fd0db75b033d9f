/** The side panel of an app: the shown version, its actions, and the other versions. */
import { Button, Menu } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { type App, isDeployVersion } from '#shared/app.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { useAppActions } from '../../actions/apps.ts'
import { confirmAllUsers } from '../../actions/project.ts'
import { useRemoving } from '../../actions/removal.ts'
import { useHost } from '../../host/client.ts'
import { useInstances } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import type { AppGroup } from '../../labels/versions.ts'
import { Facts } from '../../ui/facts.tsx'
import { Actions, Panel, Section } from '../../ui/panel.tsx'
import { Ago, Bytes, Name, Quantity } from '../../ui/text.tsx'
import { VersionList } from '../../ui/version-list.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import { CliCommands } from '../../window/copy.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { useView, view } from '../../window/view.ts'
import styles from './catalog.module.css'

interface AppPanelProps {
  readonly group: AppGroup
  readonly user: string | undefined
  readonly onClose: () => void
}

export function AppPanel({ group, user, onClose }: AppPanelProps) {
  const versionId = useView(state => state.panelTabs.catalog)
  const app = group.versions.find(version => version.id === versionId) ?? group.latest
  return (
    <Panel title={`${app.title} ${app.version}`} subtitle={app.description} onClose={onClose}>
      <UnfinishedRollOut group={group} user={user} />
      <AppActions key={app.id} app={app} mine={user === undefined || app.owner === user} />
      <Facts
        rows={[
          [t`Name`, <Name key="name">{app.name}</Name>],
          [t`Owner`, <Name key="owner">{app.owner}</Name>],
          [t`Visibility`, visibilityText(app.visibility)],
          [t`Category`, app.category],
          [t`Keywords`, app.keywords.join(', ')],
          [t`Memory`, app.memoryLimit ? <Quantity key="memory" text={app.memoryLimit} /> : undefined],
          [t`Bundle size`, <Bytes key="bundle" value={app.bundle.size} />],
          [
            'SHA-256',
            <span key="sha" className="mono">
              {app.bundle.sha256}
            </span>
          ],
          [t`Created`, <Ago key="created" since={app.createdAt} />],
          [
            'ID',
            <span key="id" className="mono">
              {app.id}
            </span>
          ]
        ]}
      />
      <VersionList
        group={group}
        selected={app}
        few={50}
        onSelect={({ id }) => view.panelTab('catalog', id)}
      />
    </Panel>
  )
}

/** Opens the roll-out page; an empty version lets the page choose one. */
function rollOut(name: string, version: string) {
  view.select('rollout', name)
  view.facet('rollout', version)
  view.go('rollout')
}

/** A newer private version and an older one that all users see: the user's roll-out is not finished. */
function UnfinishedRollOut({ group, user }: { group: AppGroup; user: string | undefined }) {
  const { latest, versions } = group
  const seen = versions.find(
    version => version.visibility === 'ALL_USERS' && !isDeployVersion(version.version)
  )
  const mine = user === undefined || latest.owner === user
  if (!mine || !seen || latest.visibility !== 'PRIVATE' || isDeployVersion(latest.version)) return null
  return (
    <section className={styles.unfinished}>
      <p>{t`${latest.version} is private. Users still see ${seen.version}.`}</p>
      <Button onClick={() => rollOut(group.name, latest.version)}>{t`Continue the roll out`}</Button>
    </section>
  )
}

function AppActions({ app, mine }: { app: App; mine: boolean }) {
  const { client } = useHost()
  const instances = useInstances()?.filter(instance => instance.app.id === app.id) ?? []
  const running = instances.filter(isRunning)
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work()
  })
  const actions = useAppActions()
  const removing = useRemoving().has(app.id)
  const title = `${app.title} ${app.version}`
  const setVisibility = (visibility: App['visibility']) =>
    act.mutate(() => client.platform.apps.update({ id: app.id, visibility }))
  const run = () =>
    act.mutate(async () => {
      const instance = await client.platform.instances.run({ appId: app.id })
      view.select('instances', instance.id)
      view.go('instances')
      view.openLog(instance.id, instance.app.title)
    })
  return (
    <Section>
      <Actions>
        <Button variant="filled" loading={act.isPending} disabled={removing} onClick={run}>
          {t`Run`}
        </Button>
        {mine ? (
          <>
            {app.visibility === 'PRIVATE' ? (
              <Button onClick={() => confirmAllUsers(title, () => setVisibility('ALL_USERS'))}>
                {t`Show to all users…`}
              </Button>
            ) : (
              <Button onClick={() => setVisibility('PRIVATE')}>{t`Make private`}</Button>
            )}
            <Menu>
              <Menu.Target>
                <Button rightSection={<ChevronDown size={12} />}>{t`More`}</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => rollOut(app.name, '')}>{t`Roll out…`}</Menu.Item>
                <Menu.Item
                  color="red"
                  disabled={running.length > 0 || removing}
                  onClick={() => actions.remove([app], instances.length)}
                >
                  {running.length > 0
                    ? t`Remove (stop its ${plural(running.length, 'instance')} first)`
                    : removing
                      ? t`Being removed`
                      : t`Remove…`}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        ) : null}
      </Actions>
      <ErrorCard error={act.error} />
      <CliCommands commands={cliCommandsOf(app, mine)} />
    </Section>
  )
}

function cliCommandsOf({ id, visibility }: App, mine: boolean) {
  const run = [t`Run`, cliCommand.runApp(id)] as const
  if (!mine) return [run]
  return [
    run,
    visibility === 'PRIVATE'
      ? ([t`Show`, cliCommand.updateApp(id, 'ALL_USERS')] as const)
      : ([t`Hide`, cliCommand.updateApp(id, 'PRIVATE')] as const),
    [t`Remove`, cliCommand.removeApps(id)] as const
  ]
}
