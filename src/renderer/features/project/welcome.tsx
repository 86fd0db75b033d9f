/** Shown while no project is open: three ways to start, and the recent projects. */
import { ActionIcon, Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { FolderOpen, Pin, Play, X } from 'lucide-react'
import { t } from '#shared/language.ts'
import type { Project } from '#shared/project.ts'
import { useProjectActions } from '../../actions/project.ts'
import { useHost } from '../../host/client.ts'
import { FEW_PROJECTS, useHostInfo, useRecentProjects } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { Age, Name } from '../../ui/text.tsx'
import { CliCommands } from '../../window/copy.tsx'
import { notifyError } from '../../window/notify.tsx'
import styles from './project.module.css'

export function Welcome() {
  const actions = useProjectActions()
  const info = useHostInfo()
  const recent = useRecentProjects().data ?? []
  return (
    <div className={styles.welcome}>
      <div className={styles.welcomeBox}>
        <h1>{t`From a folder to a running app`}</h1>
        <p className={styles.lead}>
          {t`Open a folder that holds a Python app. q8s checks it, runs it on this computer as the platform
            would, and publishes it.`}
        </p>
        <div className={styles.starts}>
          <Start
            icon={<FolderOpen size={18} />}
            title={t`Open a folder`}
            text={t`With a q-app.toml in it, or one to be written for you.`}
            onClick={() => void actions.choose(info?.canPickFolder ?? false)}
          />
          <Start
            icon={<Play size={18} />}
            title={t`Try the sample app`}
            text={t`A small Wave app of your own to change, run and publish.`}
            onClick={() => void actions.sample()}
          />
        </div>
        <p className={styles.dropHint}>{t`Or drop a folder or a .qz bundle anywhere in this window.`}</p>
        {recent.length > 0 ? (
          <section aria-label={t`Recent projects`}>
            <h2 className={styles.recentHead}>
              {recent.some(({ pinned }) => pinned) ? t`Pinned and recent` : t`Recent`}
            </h2>
            <ul className={styles.recent}>
              {recent.slice(0, FEW_PROJECTS).map(project => (
                <Recent key={project.path} project={project} />
              ))}
            </ul>
          </section>
        ) : null}
        <CliCommands commands={[[t`Sample`, cliCommand.sample()]]} />
      </div>
    </div>
  )
}

interface StartProps {
  readonly icon: React.ReactNode
  readonly title: string
  readonly text: string
  readonly onClick: () => void
}

function Start({ icon, title, text, onClick }: StartProps) {
  return (
    <button type="button" className={styles.start} onClick={onClick}>
      {icon}
      <span>
        <strong>{title}</strong>
        <span>{text}</span>
      </span>
    </button>
  )
}

function Recent({ project }: { project: Project }) {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const actions = useProjectActions()
  const forget = () =>
    client.projects.forget({ path: project.path }).then(
      () => queries.invalidateQueries({ queryKey: orpc.projects.recent.key() }),
      error => notifyError(error, t`The project could not be taken off the list`)
    )
  return (
    <li className={styles.recentRow}>
      <Button
        className={styles.recentOpen}
        variant="subtle"
        color="gray"
        justify="flex-start"
        disabled={!project.exists}
        onClick={() => void actions.open(project.path)}
      >
        <Name>{project.title}</Name>
      </Button>
      <span className={styles.recentPath}>
        <Name>{project.exists ? project.path : t`${project.path} (gone)`}</Name>
      </span>
      <Age since={project.openedAt} />
      <ActionIcon
        aria-label={t`Pin ${project.title}`}
        aria-pressed={project.pinned}
        title={project.pinned ? t`Pinned: it stands first` : t`Pin it, to stand first`}
        onClick={() => void actions.pin(project.path, !project.pinned)}
      >
        <Pin size={14} fill={project.pinned ? 'currentColor' : 'none'} />
      </ActionIcon>
      <ActionIcon aria-label={t`Take ${project.title} off the list`} onClick={() => void forget()}>
        <X size={14} />
      </ActionIcon>
    </li>
  )
}
