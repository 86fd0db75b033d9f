/** Actions on the chosen apps, beside the catalog's title, so that choosing an app moves no row. */
import { Button } from '@mantine/core'
import type { App } from '#shared/app.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { useAppActions } from '../../actions/apps.ts'
import { useInstances } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { count, plural } from '../../labels/humanise.ts'
import type { AppGroup } from '../../labels/versions.ts'
import { CopyCliCommand } from '../../window/copy.tsx'
import styles from './catalog.module.css'

interface ChosenBarProps {
  readonly chosen: readonly AppGroup[]
  readonly user: string | undefined
  readonly onClear: () => void
}

export function ChosenBar({ chosen, user, onClear }: ChosenBarProps) {
  const actions = useAppActions()
  const instances = useInstances() ?? []
  const running = new Set(instances.filter(isRunning).map(({ app }) => app.id))
  const versions = chosen.flatMap(group => group.versions)
  const mine = versions.filter(app => user === undefined || app.owner === user)
  const going = mine.filter(({ id }) => !running.has(id))
  const ids = new Set(going.map(({ id }) => id))
  const ended = instances.filter(({ app }) => ids.has(app.id)).length
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are buttons, not a form
    <div role="group" aria-label={t`Chosen apps`} className={styles.chosen}>
      <strong>{t`${count(chosen.length)} chosen`}</strong>
      {going.length < versions.length ? <span>{staysText(versions, mine, going)}</span> : null}
      <Button disabled={going.length === 0} onClick={() => actions.remove(going, ended)}>
        {going.length === 0 ? t`Remove` : t`Remove ${plural(going.length, 'version')}…`}
      </Button>
      {going.length > 0 ? (
        <CopyCliCommand
          commands={[[t`Remove`, cliCommand.removeApps(...going.map(({ id }) => id.slice(0, 8)))]]}
        />
      ) : null}
      <Button variant="subtle" onClick={onClear}>
        {t`Clear`}
      </Button>
    </div>
  )
}

/** How many of the versions are left alone, and why. */
function staysText(all: readonly App[], mine: readonly App[], going: readonly App[]): string {
  const others = all.length - mine.length
  const inUse = mine.length - going.length
  if (inUse === 0) return t`(${count(others)} of others left alone)`
  if (others === 0) return t`(${count(inUse)} with running instances left alone)`
  return t`(${count(others)} of others and ${count(inUse)} with running instances left alone)`
}
