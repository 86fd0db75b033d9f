/** Steps 3 and 4: publish the new version for all users, and hide older ones from the catalog. */
import { Button } from '@mantine/core'
import type { App, Visibility } from '#shared/app.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { confirmAllUsers } from '../../actions/project.ts'
import { useHost } from '../../host/client.ts'
import { useInstances } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import { Name } from '../../ui/text.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import { confirm } from '../../window/dialogs.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import styles from './rollout.module.css'
import { Step } from './step.tsx'
import { type RollOut, undoBlock } from './steps.ts'
import { useAct } from './use-act.ts'

export function PublishStep({ rollOut, title }: { rollOut: RollOut; title: string }) {
  const { client } = useHost()
  const act = useAct()
  const { app, states } = rollOut
  const published = app?.visibility === 'ALL_USERS'
  const blocked = published ? undoBlock(rollOut, 'publish') : undefined
  const show = (id: string, visibility: Visibility) =>
    act.mutate(() => client.platform.apps.update({ id, visibility }))
  const publish = ({ id, version }: App) =>
    confirmAllUsers(`${title} ${version}`, () => show(id, 'ALL_USERS'))
  const publishUnchecked = (it: App) =>
    confirm({
      title: t`Publish without a check?`,
      text: t`No instance of ${title} ${it.version} is ready, so nobody has seen it run. Everyone on this
        platform will see it in the catalog. You can make it private again.`,
      action: t`Publish unchecked`,
      onConfirm: () => show(it.id, 'ALL_USERS')
    })
  return (
    <Step
      number={3}
      title={t`Publish it`}
      state={states[2]}
      cliCommand={app && !published ? cliCommand.updateApp(app.id, 'ALL_USERS') : undefined}
      undoCliCommand={app && published && !blocked ? cliCommand.updateApp(app.id, 'PRIVATE') : undefined}
      actions={
        !app ? undefined : published ? (
          <Button
            disabled={blocked !== undefined}
            title={blocked}
            loading={act.isPending}
            onClick={() => show(app.id, 'PRIVATE')}
          >
            {t`Undo: make ${app.version} private`}
          </Button>
        ) : states[2] === 'now' ? (
          <Button variant="filled" loading={act.isPending} onClick={() => publish(app)}>
            {t`Publish for all users…`}
          </Button>
        ) : (
          <Button loading={act.isPending} onClick={() => publishUnchecked(app)}>
            {t`Publish without a check…`}
          </Button>
        )
      }
    >
      <p>
        {published
          ? [t`All users see it in the catalog.`, blocked].filter(Boolean).join(' ')
          : t`Shows the new version to all users of the platform.`}
      </p>
      <ErrorCard error={act.error} />
    </Step>
  )
}

export function DelistStep({ rollOut }: { rollOut: RollOut }) {
  const { listed, delisted, states } = rollOut
  const old = [...listed, ...delisted]
  return (
    <Step
      number={4}
      title={old.length > 1 ? t`De-list the old ones` : t`De-list the old one`}
      state={states[3]}
      {...(states[3] === 'now' ? { label: t`Optional`, tone: 'off' } : {})}
      cliCommand={listed[0] ? cliCommand.updateApp(listed[0].id, 'PRIVATE') : undefined}
      undoCliCommand={delisted[0] ? cliCommand.updateApp(delisted[0].id, 'ALL_USERS') : undefined}
    >
      <p>
        {old.length === 0
          ? t`No older version of yours is in the catalog.`
          : t`Hides older versions from the catalog, so that no one starts them. Their instances keep running.`}
      </p>
      {old.map(app => (
        <OldVersion key={app.id} app={app} ready={states[3] !== 'later'} />
      ))}
    </Step>
  )
}

function OldVersion({ app, ready }: { app: App; ready: boolean }) {
  const { client } = useHost()
  const act = useAct()
  const running =
    useInstances()?.filter(instance => instance.app.id === app.id && isRunning(instance)).length ?? 0
  const other = app.visibility === 'PRIVATE' ? 'ALL_USERS' : 'PRIVATE'
  const update = () => act.mutate(() => client.platform.apps.update({ id: app.id, visibility: other }))
  return (
    <div className={styles.old}>
      <Name>{app.version}</Name>
      <span className={styles.dim}>
        {visibilityText(app.visibility)}
        {running > 0 ? `, ${plural(running, 'instance running', 'instances running')}` : ''}
      </span>
      <Button
        disabled={!ready && app.visibility === 'ALL_USERS'}
        loading={act.isPending}
        aria-label={app.visibility === 'PRIVATE' ? t`Show again ${app.version}` : t`De-list ${app.version}`}
        onClick={update}
      >
        {app.visibility === 'PRIVATE' ? t`Undo: show again` : t`De-list`}
      </Button>
      <ErrorCard error={act.error} />
    </div>
  )
}
