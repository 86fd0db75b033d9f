/** The settings page; changes apply immediately. */
import { Button, NumberInput, SegmentedControl, TextInput, useMantineColorScheme } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import type { Settings } from '#shared/system.ts'
import { useHost } from '../../host/client.ts'
import { imageJob } from '../../host/image-job.ts'
import { useHostInfo, useJobs, usePlatform, useSaveSettings, useSettings } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import { Scroll } from '../../ui/panel.tsx'
import { CliCommand, CliCommands } from '../../window/copy.tsx'
import { openDialog } from '../../window/dialogs.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import { Page } from '../../window/page.tsx'
import { view } from '../../window/view.ts'
import { DesktopSettings } from './desktop-settings.tsx'
import { LanguageSetting } from './language-setting.tsx'
import { LoginSettings } from './login-settings.tsx'
import { Setting } from './setting.tsx'
import styles from './settings.module.css'
import { UpdateSettings } from './update-settings.tsx'

export function SettingsPage() {
  const { client } = useHost()
  const settings = useSettings()
  const info = useHostInfo()
  const platform = usePlatform()
  const save = useSaveSettings()
  const building = imageJob(useJobs())
  const build = useMutation({
    mutationFn: () => client.projects.buildRuntime({}),
    onSuccess: () => view.showDock('jobs')
  })
  const error = save.error ?? build.error
  return (
    <Page title={t`Settings`}>
      <Scroll>
        <div className={styles.settings}>
          <ErrorCard error={error} />
          <Theme />
          <LanguageSetting language={settings?.language} onSave={language => save.mutate({ language })} />
          <Keyboard changed={Object.keys(settings?.keys ?? {}).length} />
          <Setting
            title={t`Engine`}
            text={t`What runs apps on this computer. Automatic uses Docker if it answers and has the image, and an
              ordinary Python process otherwise.`}
          >
            <SegmentedControl
              aria-label={t`Engine`}
              size="xs"
              value={settings?.engine ?? 'auto'}
              disabled={!settings}
              onChange={value => save.mutate({ engine: value as Settings['engine'] })}
              data={[
                { value: 'auto', label: t`Automatic` },
                { value: 'docker', label: 'Docker' },
                { value: 'process', label: t`Process` }
              ]}
            />
          </Setting>
          <Setting
            title="Docker"
            text={t`Which Docker runs apps. Automatic is the one the docker command asks; Podman, Colima
              and others of this computer can be chosen, too.`}
          >
            <div className={styles.column}>
              <span>
                {settings?.docker === 'auto' ? (
                  t`Automatic`
                ) : (
                  <bdi>{settings?.docker.replace('context:', '')}</bdi>
                )}
              </span>
              <Button onClick={() => openDialog({ kind: 'docker' })}>{t`Choose Docker…`}</Button>
            </div>
          </Setting>
          <Setting
            title={t`Runtime image`}
            text={t`Apps run inside this Docker image. Build it once, and again after an update of q8s; a
              computer that can fetch nothing loads it from a file.`}
          >
            <div className={styles.column}>
              <div className={styles.row}>
                <Button
                  loading={build.isPending}
                  onClick={() => (building ? view.showDock('jobs') : build.mutate())}
                >
                  {building ? `${stageText(building.stage)}…` : t`Build the image`}
                </Button>
                <Button onClick={() => openDialog({ kind: 'load-image' })}>{t`Load from file…`}</Button>
              </div>
              <CliCommand command={cliCommand.runtimeBuild()} />
            </div>
          </Setting>
          {settings ? (
            <User key={settings.user} user={settings.user} onSave={user => save.mutate({ user })} />
          ) : null}
          {settings ? (
            <Budget
              key={settings.sizeBudget}
              budget={settings.sizeBudget}
              onSave={sizeBudget => save.mutate({ sizeBudget })}
            />
          ) : null}
          {settings ? <CliCommands commands={cliCommandsOf(settings)} wide /> : null}
          {settings && info?.host === 'electron' ? (
            <DesktopSettings settings={settings} onSave={save.mutate} />
          ) : null}
          {settings ? <LoginSettings settings={settings} onSave={save.mutate} /> : null}
          {settings && info?.host === 'electron' ? (
            <UpdateSettings version={info.version} settings={settings} onSave={save.mutate} />
          ) : null}
          <Setting title={t`About`} text="">
            <div className={styles.about}>
              <span>q8s Desktop {info?.version}</span>
              {platform?.notices.map(notice => (
                <span key={notice}>{notice}</span>
              ))}
            </div>
          </Setting>
        </div>
      </Scroll>
    </Page>
  )
}

function cliCommandsOf({ engine, docker, user, sizeBudget }: Settings) {
  return [
    [t`Engine`, cliCommand.setEngine(engine)],
    ['Docker', cliCommand.setDocker(docker)],
    [t`User`, cliCommand.setUser(user)],
    [t`Size budget`, cliCommand.setBudget(sizeBudget)]
  ] as const
}

function Theme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Setting title={t`Theme`} text={t`System follows the light or dark mode of this computer.`}>
      <SegmentedControl
        aria-label={t`Theme`}
        size="xs"
        value={colorScheme}
        onChange={value => setColorScheme(value as typeof colorScheme)}
        data={[
          { value: 'auto', label: t`System` },
          { value: 'light', label: t`Light` },
          { value: 'dark', label: t`Dark` }
        ]}
      />
    </Setting>
  )
}

function Keyboard({ changed }: { changed: number }) {
  return (
    <Setting
      title={t`Keyboard`}
      text={t`Each action of the window can have the keys you like. They are the same in every window.`}
    >
      <div className={styles.row}>
        <Button onClick={() => openDialog({ kind: 'shortcuts' })}>{t`Change keys…`}</Button>
        {changed > 0 ? (
          <span className={styles.beside}>{plural(changed, 'key changed', 'keys changed')}</span>
        ) : null}
      </div>
    </Setting>
  )
}

function User({ user, onSave }: { user: string; onSave: (user: string) => void }) {
  const [name, setName] = useState(user)
  const changed = name.trim() !== '' && name.trim() !== user
  return (
    <Setting
      title={t`User`}
      text={t`The name you go by on the local platform. Apps and instances you made under another name
        keep that name.`}
    >
      <form
        className={styles.row}
        onSubmit={event => {
          event.preventDefault()
          if (changed) onSave(name.trim())
        }}
      >
        <TextInput aria-label={t`User`} value={name} onChange={event => setName(event.currentTarget.value)} />
        {changed ? <Button type="submit">{t`Save`}</Button> : null}
      </form>
    </Setting>
  )
}

const MiB = 1024 ** 2

function Budget({ budget, onSave }: { budget: number; onSave: (budget: number) => void }) {
  const [amount, setAmount] = useState<string | number>(budget / MiB)
  const next = Math.round(Number(amount || 0) * MiB)
  return (
    <Setting
      title={t`Size budget`}
      text={t`How much the files of a bundle may hold, before compression. What is larger is still
        bundled, with a warning that names the largest files; 0 never warns.`}
    >
      <form
        className={styles.row}
        onSubmit={event => {
          event.preventDefault()
          if (next !== budget) onSave(next)
        }}
      >
        <NumberInput
          aria-label={t`Size budget in MiB`}
          value={amount}
          onChange={setAmount}
          min={0}
          max={1_000_000}
          step={10}
          suffix=" MiB"
          w={140}
        />
        {next === budget ? null : <Button type="submit">{t`Save`}</Button>}
      </form>
    </Setting>
  )
}
