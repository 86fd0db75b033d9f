/** Steps 1 and 2: import the new version privately, and start it to check it. */
import { Button } from '@mantine/core'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { useAppActions } from '../../actions/apps.ts'
import { useInstanceActions } from '../../actions/instances.ts'
import { openLink } from '../../actions/open-link.ts'
import { useProjectActions } from '../../actions/project.ts'
import { useRemoving } from '../../actions/removal.ts'
import { useHost } from '../../host/client.ts'
import { useInstances, useJobs } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import { stateLabel } from '../../labels/instance.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import { view } from '../../window/view.ts'
import { Step } from './step.tsx'
import { type OwnProject, type RollOut, undoBlock } from './steps.ts'
import { useAct } from './use-act.ts'

interface ImportStepProps {
  readonly rollOut: RollOut
  readonly title: string
  readonly project: OwnProject | undefined
}

export function ImportStep({ rollOut, title, project }: ImportStepProps) {
  const actions = useProjectActions()
  const appActions = useAppActions()
  const instances = useInstances()
  const job = useJobs()?.find(other => other.kind === 'import' && other.state === 'running')
  const { app, version, states } = rollOut
  const blocked = app ? undoBlock(rollOut, 'import') : undefined
  const removing = useRemoving().has(app?.id ?? '')
  const what = `${title} ${version}`
  return (
    <Step
      number={1}
      title={t`Import it privately`}
      state={states[0]}
      cliCommand={app || !project ? undefined : cliCommand.publish(project.path, 'PRIVATE')}
      undoCliCommand={app && blocked === undefined ? cliCommand.removeApps(app.id) : undefined}
      {...(removing ? { label: t`Being removed` } : job && !app ? { label: stageText(job.stage) } : {})}
      actions={
        app ? (
          <Button
            disabled={blocked !== undefined || removing}
            title={blocked}
            onClick={() =>
              appActions.remove([app], instances?.filter(other => other.app.id === app.id).length ?? 0)
            }
          >
            {t`Undo: remove ${version}…`}
          </Button>
        ) : project ? (
          <>
            <Button
              variant="filled"
              disabled={project.errors > 0}
              loading={job !== undefined}
              onClick={() => void actions.publish(project.path, 'PRIVATE')}
            >
              {t`Import ${version}`}
            </Button>
            {project.errors > 0 ? (
              <Button
                onClick={() => view.go('project')}
              >{t`Fix ${plural(project.errors, 'problem')}`}</Button>
            ) : null}
          </>
        ) : undefined
      }
    >
      <p>
        {app
          ? [t`${what} is on the platform.`, blocked].filter(Boolean).join(' ')
          : t`Bundles the project and imports it as ${what}. Only you can see it for now.`}
      </p>
    </Step>
  )
}

export function CheckStep({ rollOut }: { rollOut: RollOut }) {
  const { client } = useHost()
  const { instances } = client.platform
  const act = useAct()
  const instanceActions = useInstanceActions()
  const { app, instance, states } = rollOut
  const removing = useRemoving().has(instance?.id ?? '')
  const start = (id: string) =>
    act.mutate(async () => {
      const started = instance
        ? await instances.start({ id: instance.id })
        : await instances.run({ appId: id })
      view.openLog(started.id, started.app.title)
    })
  const running = instance !== undefined && isRunning(instance)
  return (
    <Step
      number={2}
      title={t`Start it and check it`}
      state={states[1]}
      cliCommand={
        !app || running ? undefined : instance ? cliCommand.start(instance.id) : cliCommand.runApp(app.id)
      }
      undoCliCommand={instance && cliCommand.terminate(running ? [instance.id] : [], [instance.id])}
      {...(instance && states[1] !== 'later'
        ? { label: removing ? t`Being removed` : stateLabel(instance).text }
        : {})}
      actions={
        app && states[1] !== 'later' ? (
          <>
            {running ? null : (
              <Button
                variant={states[1] === 'done' ? 'default' : 'filled'}
                loading={act.isPending}
                disabled={removing}
                onClick={() => start(app.id)}
              >
                {instance ? t`Start it again` : t`Start ${app.version}`}
              </Button>
            )}
            {instance?.state === 'ready' ? (
              <Button onClick={() => openLink(instance.url)}>{t`Open app`}</Button>
            ) : null}
            {instance ? (
              <>
                <Button onClick={() => view.openLog(instance.id, instance.app.title)}>{t`Open log`}</Button>
                <Button disabled={removing} onClick={() => void instanceActions.remove([instance])}>
                  {t`Undo: remove the instance…`}
                </Button>
              </>
            ) : null}
          </>
        ) : undefined
      }
    >
      <p>{checkLabel(rollOut)}</p>
      <ErrorCard error={act.error} />
    </Step>
  )
}

function checkLabel({ app, instance, states }: RollOut): string {
  if (states[1] === 'failed') {
    return [instance?.reason?.message, instance?.reason?.hint].filter(Boolean).join(' ') || t`It failed.`
  }
  if (instance?.state === 'ready') return t`Only you can open it. Check that it does what it should.`
  if (app?.visibility === 'ALL_USERS') return t`It is published already.`
  return t`Runs one private instance of the new version. Older versions and their instances are not touched.`
}
