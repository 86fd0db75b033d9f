/** The header: the project, its platform, and the next step. */
import { Button, Menu, Progress } from '@mantine/core'
import { ChevronDown } from 'lucide-react'
import { hasErrors } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import type { Project } from '#shared/project.ts'
import { type NextStep, runLabel } from '../actions/next-step.ts'
import { openApp } from '../actions/opened.ts'
import { useProjectActions } from '../actions/project.ts'
import { FEW_PROJECTS, localRunOf, useHostInfo, useInstances, useRecentProjects } from '../host/queries.ts'
import { useChecked } from '../manifest/manifest.ts'
import { Name } from '../ui/text.tsx'
import { useKeyHint } from '../window/keys.ts'
import { useView, view } from '../window/view.ts'
import styles from './frame.module.css'
import { pinLabel, useNextStep } from './use-next-step.ts'

export function Header() {
  return (
    <header className={styles.header} data-region>
      <ProjectPicker />
      <ProfilePicker />
      <div className={styles.space} />
      <PrimaryButton />
    </header>
  )
}

function ProjectPicker() {
  const path = useView(state => state.projectPath)
  const recent = useRecentProjects().data ?? []
  const actions = useProjectActions()
  const info = useHostInfo()
  const { manifest } = useChecked(path)
  const open = recent.find(project => project.path === path)
  const title = manifest?.App.Title ?? open?.title ?? path
  const shown = recent.slice(0, FEW_PROJECTS)
  return (
    <Menu width={340}>
      <Menu.Target>
        <button type="button" className={styles.picker} title={path}>
          <span className={styles.pickerLabel}>{t`Project`}</span>
          <span className={styles.pickerValue}>
            <Name>{title ?? t`None open`}</Name>
            <ChevronDown size={14} aria-hidden="true" />
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Projects title={t`Pinned`} projects={shown.filter(({ pinned }) => pinned)} />
        <Projects title={t`Recent`} projects={shown.filter(({ pinned }) => !pinned)} />
        {recent.length > 0 ? <Menu.Divider /> : null}
        <Menu.Item onClick={() => void actions.choose(info?.canPickFolder ?? false)}>
          {t`Open a folder…`}
        </Menu.Item>
        <Menu.Item onClick={() => void actions.sample()}>{t`New copy of the sample app`}</Menu.Item>
        {path && open ? (
          <Menu.Item onClick={() => void actions.pin(path, !open.pinned)}>{pinLabel(open)}</Menu.Item>
        ) : null}
        {path ? <Menu.Item onClick={() => view.openProject(undefined)}>{t`Close project`}</Menu.Item> : null}
      </Menu.Dropdown>
    </Menu>
  )
}

function Projects({ title, projects }: { title: string; projects: readonly Project[] }) {
  const actions = useProjectActions()
  if (projects.length === 0) return null
  return (
    <>
      <Menu.Label>{title}</Menu.Label>
      {projects.map(project => (
        <Menu.Item
          key={project.path}
          disabled={!project.exists}
          onClick={() => void actions.open(project.path)}
        >
          <Name title={project.path}>{project.title}</Name>
          <span className={styles.menuPath}>
            <Name>{project.path}</Name>
          </span>
        </Menu.Item>
      ))}
    </>
  )
}

const KINDS = { local: t`This computer`, service: t`Team service`, kubernetes: 'Kubernetes' } as const

function ProfilePicker() {
  const info = useHostInfo()
  const profile = info?.profile
  return (
    <Menu width={280}>
      <Menu.Target>
        <button type="button" className={styles.picker}>
          <span className={styles.pickerLabel}>{t`Platform`}</span>
          <span className={styles.pickerValue}>
            <Name>{profile ? profileTitle(profile.name) : '…'}</Name>
            <ChevronDown size={14} aria-hidden="true" />
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t`Profiles`}</Menu.Label>
        <Menu.Item>
          {profile ? profileTitle(profile.name) : ''}
          <span className={styles.menuPath}>{profile ? KINDS[profile.kind] : ''}</span>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function profileTitle(name: string): string {
  return name === 'local' ? t`Local` : name
}

function PrimaryButton() {
  const { step, take } = useNextStep()
  const path = useView(state => state.projectPath)
  const hint = useKeyHint(step.label, 'action:next')
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are two buttons, not a form
    <div className={styles.primary} role="group" aria-label={t`Next step`}>
      <Button.Group>
        <Button
          variant="filled"
          size="sm"
          className={styles.primaryMain}
          data-kind={step.kind}
          title={hint}
          onClick={take}
        >
          {step.label}
        </Button>
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <Button
              variant="filled"
              size="sm"
              px={7}
              className={styles.primaryMore}
              aria-label={t`Other actions`}
            >
              <ChevronDown size={15} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {path === undefined ? <StartItems /> : <ProjectItems path={path} step={step} />}
          </Menu.Dropdown>
        </Menu>
      </Button.Group>
      {step.kind === 'wait' ? (
        <Progress
          className={styles.primaryProgress}
          size={2}
          value={step.percent ?? 100}
          animated={step.percent === undefined}
          aria-label={step.label}
        />
      ) : null}
    </div>
  )
}

function StartItems() {
  const actions = useProjectActions()
  const info = useHostInfo()
  return (
    <>
      <Menu.Item onClick={() => void actions.choose(info?.canPickFolder ?? false)}>
        {t`Open a folder…`}
      </Menu.Item>
      <Menu.Item onClick={() => void actions.sample()}>{t`Try the sample app`}</Menu.Item>
    </>
  )
}

function ProjectItems({ path, step }: { path: string; step: NextStep }) {
  const actions = useProjectActions()
  const { findings, manifest } = useChecked(path)
  const instance = localRunOf(useInstances(), manifest?.App.Name)
  const blocked = !manifest || hasErrors(findings ?? [])
  return (
    <>
      {step.kind === 'wait' && step.jobId ? (
        <Menu.Item onClick={() => void actions.cancel(step.jobId as string)}>{t`Cancel`}</Menu.Item>
      ) : null}
      {instance?.state === 'ready' ? (
        <Menu.Item onClick={() => openApp(instance.id, instance.url)}>{t`Open app`}</Menu.Item>
      ) : null}
      <Menu.Item disabled={blocked || step.kind === 'wait'} onClick={() => void actions.run(path)}>
        {runLabel(instance)}
      </Menu.Item>
      {instance ? (
        <Menu.Item onClick={() => view.openLog(instance.id, instance.app.title)}>{t`Open log`}</Menu.Item>
      ) : null}
      <Menu.Divider />
      <Menu.Item disabled={blocked} onClick={() => void actions.bundle(path)}>
        {t`Bundle`}
      </Menu.Item>
      <Menu.Item onClick={() => void actions.openPublish([path])}>{t`Publish…`}</Menu.Item>
      <Menu.Item disabled={blocked} onClick={() => void actions.publish(path, 'PRIVATE')}>
        {t`Publish privately`}
      </Menu.Item>
      <Menu.Item disabled={blocked} onClick={() => void actions.publish(path, 'PRIVATE', true)}>
        {t`Deploy`}
      </Menu.Item>
    </>
  )
}
