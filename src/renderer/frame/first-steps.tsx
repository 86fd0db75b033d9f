/** The first steps, shown below the pages: done steps are ticked, each other step is a button that does it. */
import { ActionIcon, VisuallyHidden } from '@mantine/core'
import { Circle, CircleCheck, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { hasErrors } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import {
  afterwards,
  FIRST_STEPS,
  type FirstStep,
  showFirstSteps,
  useFirstSteps
} from '../actions/first-steps.ts'
import { openApp, useAnyOpened } from '../actions/opened.ts'
import { useProjectActions } from '../actions/project.ts'
import { useRunJob } from '../actions/run-job.ts'
import { useHost } from '../host/client.ts'
import { localRunOf, useApps, useInstances } from '../host/queries.ts'
import { useChecked } from '../manifest/manifest.ts'
import { notifyError } from '../window/notify.tsx'
import { useView, view } from '../window/view.ts'
import styles from './first-steps.module.css'

const LABELS: Readonly<Record<FirstStep, { readonly title: string; readonly text: string }>> = {
  open: { title: t`Open a project`, text: t`Opens a copy of the sample app. Or open a folder of your own.` },
  run: { title: t`Run it here`, text: t`Runs it on this computer, and shows its log.` },
  see: { title: t`Open the app`, text: t`Opens the running app in the browser.` },
  publish: { title: t`Publish it`, text: t`Shows what publishing it would do.` },
  start: { title: t`Start an instance`, text: t`Runs the published version.` }
}

export function FirstSteps() {
  const { shown, done } = useFirstSteps()
  const isComplete = useFollowedSteps()
  const [closed, setClosed] = useState(false)
  useEffect(() => {
    if (shown) setClosed(false)
  }, [shown])
  if (!shown && (!isComplete || closed)) return null
  const hide = () => {
    setClosed(true)
    showFirstSteps(false)
  }
  return (
    <section className={styles.steps} aria-label={t`First steps`}>
      <div className={styles.head}>
        <strong>{isComplete ? t`That was all` : t`First steps`}</strong>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t`Hide first steps`}
          title={t`Hide first steps. “Find anything” shows them again.`}
          onClick={hide}
        >
          <X size={14} />
        </ActionIcon>
      </div>
      {isComplete ? (
        <p role="status">{t`From a folder to an instance: you have done every first step.`}</p>
      ) : (
        <Steps done={done} />
      )}
    </section>
  )
}

/** Ticks steps as they happen. True once this window has seen the last step happen. */
function useFollowedSteps(): boolean {
  const project = useView(state => state.projectPath)
  const instances = useInstances()
  const apps = useApps().data
  const opened = useAnyOpened()
  const steps = useFirstSteps()
  const [isComplete, setComplete] = useState(false)
  useEffect(() => {
    const next = afterwards(steps, { project, instances, apps, opened })
    if (next === steps) return
    useFirstSteps.setState(next)
    setComplete(next.shown === false && next.done.length === FIRST_STEPS.length)
  }, [steps, project, instances, apps, opened])
  return isComplete
}

function Steps({ done }: { done: readonly FirstStep[] }) {
  const act = useStepActions()
  return (
    <ol>
      {FIRST_STEPS.map(step =>
        done.includes(step) ? (
          <li key={step} className={styles.done}>
            <CircleCheck size={14} aria-hidden="true" />
            {LABELS[step].title}
            <VisuallyHidden>{`: ${t`done`}`}</VisuallyHidden>
          </li>
        ) : (
          <li key={step}>
            <button type="button" title={LABELS[step].text} disabled={!act[step]} onClick={act[step]}>
              <Circle size={14} aria-hidden="true" />
              {LABELS[step].title}
            </button>
          </li>
        )
      )}
    </ol>
  )
}

/** The function that does each step; undefined while the step cannot be done yet. */
function useStepActions(): Partial<Record<FirstStep, () => void>> {
  const { client } = useHost()
  const path = useView(state => state.projectPath)
  const { findings, manifest } = useChecked(path)
  const instance = localRunOf(useInstances(), manifest?.App.Name)
  const isBusy = useRunJob(path)?.state === 'running' || instance?.state === 'starting'
  const apps = useApps().data?.filter(({ ephemeral }) => !ephemeral) ?? []
  const app = apps.find(({ name }) => name === manifest?.App.Name) ?? apps[0]
  const actions = useProjectActions()
  const isSound = path !== undefined && manifest !== undefined && !hasErrors(findings ?? [])
  const start = async (appId: string) => {
    const { id, app } = await client.platform.instances.run({ appId })
    view.select('instances', id)
    view.go('instances')
    view.openLog(id, app.title)
  }
  return {
    open: () => void actions.sample(),
    ...(isSound && !isBusy ? { run: () => void actions.run(path) } : {}),
    ...(instance?.state === 'ready' ? { see: () => openApp(instance.id, instance.url) } : {}),
    ...(path === undefined ? {} : { publish: () => void actions.openPublish([path]) }),
    ...(app ? { start: () => void start(app.id).catch(notStarted) } : {})
  }
}

const notStarted = (error: unknown) => notifyError(error, t`The instance was not started`)
