/** The side panel of an instance: how it is and why, where it is reached, and what can be done with it. */
import { Button, Menu } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Instance } from '#shared/instance.ts'
import { twin } from '../../lib/cli-twin.ts'
import { useHost } from '../../lib/client.ts'
import { confirm } from '../../lib/dialogs.ts'
import { isRunning, stateWords } from '../../lib/instance-words.ts'
import { openLink } from '../../lib/open-link.ts'
import { view } from '../../lib/view.ts'
import { ErrorCard } from '../../ui/cards.tsx'
import { Twin } from '../../ui/copy.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Notices } from '../../ui/notices.tsx'
import { Actions, Panel, Section } from '../../ui/page.tsx'
import { State } from '../../ui/state.tsx'
import { Age, Bytes, Name } from '../../ui/text.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import { Link } from './columns.tsx'

interface InstancePanelProps {
  readonly instance: Instance
  /** Only its owner may change it. */
  readonly mine: boolean
  readonly onClose: () => void
}

const ENGINES = { docker: 'Docker', process: 'Process' } as const

export function InstancePanel({ instance, mine, onClose }: InstancePanelProps) {
  const { app, memory } = instance
  return (
    <Panel
      title={`${app.title} ${app.version}`}
      subtitle={<span className="mono">{instance.id}</span>}
      onClose={onClose}
    >
      {instance.state === 'failed' ? (
        <Failure instance={instance} />
      ) : (
        <div>
          <State {...stateWords(instance)} title={instance.reason?.message} />
        </div>
      )}
      <Facts
        rows={[
          ['URL', instance.url && isRunning(instance) ? <Link key="url" url={instance.url} /> : undefined],
          ['App', <Name key="app">{app.name}</Name>],
          ['Owner', <Name key="owner">{instance.owner}</Name>],
          ['Visibility', instance.ephemeral ? undefined : visibilityText(instance.visibility)],
          [
            'Memory',
            memory.used === undefined ? undefined : (
              <span key="memory">
                <Bytes value={memory.used} />
                {memory.limit ? (
                  <>
                    {' '}
                    of <Bytes value={memory.limit} />
                  </>
                ) : null}
              </span>
            )
          ],
          ['Engine', instance.engine ? ENGINES[instance.engine] : undefined],
          [
            'Created',
            <span key="created">
              <Age since={instance.createdAt} /> ago
            </span>
          ],
          [
            'Started',
            instance.startedAt ? (
              <span key="started">
                <Age since={instance.startedAt} /> ago
              </span>
            ) : undefined
          ],
          ['Restarts', instance.restarts > 0 ? instance.restarts : undefined]
        ]}
      />
      <Notices notices={instance.notices} />
      <InstanceActions instance={instance} mine={mine} />
      <Twin command={twin.logs(instance.id)} />
    </Panel>
  )
}

/** Why it failed, what to do, and its own last lines. */
function Failure({ instance }: { instance: Instance }) {
  const { orpc } = useHost()
  const tail = useQuery(
    orpc.platform.instances.readLog.queryOptions({
      input: { id: instance.id, tail: 12 },
      queryKey: ['last-lines', instance.id, instance.endedAt ?? ''],
      staleTime: Number.POSITIVE_INFINITY
    })
  ).data
  const message = instance.reason?.message ?? 'It failed, and nothing says why.'
  return (
    <ErrorCard
      title={stateWords(instance).text}
      error={{
        code: 'UNAVAILABLE',
        message,
        hint: instance.reason?.hint,
        data: { instance: instance.id, lines: tail?.lines.map(line => line.text) ?? [] }
      }}
      action={<Button onClick={() => view.openLog(instance.id, instance.app.title)}>See the log</Button>}
    />
  )
}

function InstanceActions({ instance, mine }: { instance: Instance; mine: boolean }) {
  const { client } = useHost()
  const { instances } = client.platform
  const { id } = instance
  const act = useMutation({ mutationFn: (work: () => Promise<unknown>) => work() })
  const running = isRunning(instance)
  const other = instance.visibility === 'PRIVATE' ? 'ALL_USERS' : 'PRIVATE'
  const remove = () =>
    confirm({
      title: `Remove ${instance.app.title} ${instance.app.version}?`,
      text: `Instance ${id.slice(0, 8)} is removed with its log and the data on its volume. This cannot be undone.`,
      action: 'Remove instance',
      destructive: true,
      onConfirm: () => act.mutate(() => instances.remove({ id }))
    })
  const update = () => act.mutate(() => instances.update({ id, visibility: other }))
  return (
    <Section>
      <Actions>
        {instance.state === 'ready' ? <Button onClick={() => openLink(instance.url)}>Open app</Button> : null}
        <Button onClick={() => view.openLog(id, instance.app.title)}>Logs</Button>
        {mine && running ? (
          <Button
            loading={act.isPending}
            disabled={instance.state === 'stopping'}
            onClick={() => act.mutate(() => instances.stop({ id }))}
          >
            Stop
          </Button>
        ) : null}
        {mine && !running ? (
          <>
            <Button loading={act.isPending} onClick={() => act.mutate(() => instances.start({ id }))}>
              Start
            </Button>
            <Button onClick={remove}>Remove…</Button>
          </>
        ) : null}
        {mine && !instance.ephemeral ? (
          <Menu>
            <Menu.Target>
              <Button>Visibility</Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>Now: {visibilityText(instance.visibility)}</Menu.Label>
              <Menu.Item
                onClick={() =>
                  other === 'PRIVATE'
                    ? update()
                    : confirm({
                        title: 'Show this instance to all users?',
                        text: `Everyone on this platform will be able to open ${instance.app.title} ${instance.app.version} (${id.slice(0, 8)}) and read its log.`,
                        action: 'Show to all users',
                        onConfirm: update
                      })
                }
              >
                {other === 'PRIVATE' ? 'Make private' : 'Show to all users…'}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </Actions>
      <ErrorCard error={act.error} />
    </Section>
  )
}
