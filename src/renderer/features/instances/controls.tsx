/** The buttons of an instance's panel, with their commands. */
import { Button, Menu } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { useInstanceActions } from '../../actions/instances.ts'
import { openLink } from '../../actions/open-link.ts'
import { useRemoving } from '../../actions/removal.ts'
import { useHost } from '../../host/client.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { Actions, Section } from '../../ui/panel.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import { CliCommands } from '../../window/copy.tsx'
import { confirm } from '../../window/dialogs.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import { view } from '../../window/view.ts'

export function InstanceControls({ instance, mine }: { instance: Instance; mine: boolean }) {
  const { client } = useHost()
  const { instances } = client.platform
  const actions = useInstanceActions()
  const removing = useRemoving().has(instance.id)
  const { id } = instance
  const act = useMutation({ mutationFn: (work: () => Promise<unknown>) => work() })
  const running = isRunning(instance)
  const busy = removing || instance.state === 'stopping'
  return (
    <Section>
      <Actions>
        {instance.state === 'ready' ? (
          <Button onClick={() => openLink(instance.url)}>{t`Open app`}</Button>
        ) : null}
        <Button onClick={() => view.openLog(id, instance.app.title)}>{t`Open log`}</Button>
        {mine && instance.shell ? (
          <Button onClick={() => view.openShell(id, instance.app.title)}>{t`Shell`}</Button>
        ) : null}
        {mine ? (
          <>
            {running ? (
              <>
                <Button
                  disabled={busy || act.isPending}
                  onClick={() => void actions.act('restart', [instance])}
                >
                  {t`Restart`}
                </Button>
                <Button
                  loading={act.isPending}
                  disabled={busy}
                  onClick={() => act.mutate(() => instances.stop({ id }))}
                >
                  {t`Stop`}
                </Button>
              </>
            ) : (
              <Button
                loading={act.isPending}
                disabled={busy}
                onClick={() => act.mutate(() => instances.start({ id }))}
              >
                {t`Start`}
              </Button>
            )}
            {instance.ephemeral ? null : <VisibilityMenu instance={instance} onAct={act.mutate} />}
            <Button disabled={busy} onClick={() => void actions.remove([instance])}>
              {running ? t`Terminate…` : t`Remove…`}
            </Button>
          </>
        ) : null}
      </Actions>
      <ErrorCard error={act.error} />
      <CliCommands commands={cliCommandsOf(instance, mine)} />
    </Section>
  )
}

interface VisibilityMenuProps {
  readonly instance: Instance
  /** Does the work and shows errors. */
  readonly onAct: (work: () => Promise<unknown>) => void
}

function VisibilityMenu({ instance, onAct: act }: VisibilityMenuProps) {
  const { client } = useHost()
  const { id, app, visibility } = instance
  const other = visibility === 'PRIVATE' ? 'ALL_USERS' : 'PRIVATE'
  const update = () => act(() => client.platform.instances.update({ id, visibility: other }))
  const ask = () =>
    confirm({
      title: t`Show this instance to all users?`,
      text: t`Everyone on this platform will be able to open ${app.title} ${app.version}
        (${id.slice(0, 8)}) and read its log. You can make it private again.`,
      action: t`Show to all users`,
      onConfirm: update
    })
  return (
    <Menu>
      <Menu.Target>
        <Button rightSection={<ChevronDown size={12} />}>{t`Visibility`}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t`Now: ${visibilityText(visibility)}`}</Menu.Label>
        <Menu.Item onClick={other === 'PRIVATE' ? update : ask}>
          {other === 'PRIVATE' ? t`Make private` : t`Show to all users…`}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function cliCommandsOf(instance: Instance, mine: boolean) {
  const { id, visibility } = instance
  const logs = [t`Logs`, cliCommand.logs(id)] as const
  if (!mine) return [logs]
  const other = visibility === 'PRIVATE' ? 'ALL_USERS' : 'PRIVATE'
  return [
    logs,
    ...(instance.shell ? [[t`Shell`, cliCommand.shell(id)] as const] : []),
    ...(isRunning(instance)
      ? [[t`Restart`, cliCommand.restart(id)] as const, [t`Stop`, cliCommand.stop(id)] as const]
      : [[t`Start`, cliCommand.start(id)] as const]),
    ...(instance.ephemeral
      ? []
      : [[other === 'PRIVATE' ? t`Hide` : t`Show`, cliCommand.updateInstance(id, other)] as const]),
    [t`Remove`, cliCommand.terminate(isRunning(instance) ? [id] : [], [id])] as const
  ]
}
