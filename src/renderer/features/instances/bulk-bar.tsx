/** Actions on the chosen instances, shown instead of the list's filter chips. */
import { Button } from '@mantine/core'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { useInstanceActions } from '../../actions/instances.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { count } from '../../labels/humanise.ts'
import page from '../../ui/page.module.css'
import { CopyCliCommand } from '../../window/copy.tsx'

interface BulkBarProps {
  readonly chosen: readonly Instance[]
  readonly user: string | undefined
  /** Number of rows the filter shows. */
  readonly shown: number
  readonly onAll: () => void
  readonly onClear: () => void
}

export function BulkBar({ chosen, user, shown, onAll, onClear }: BulkBarProps) {
  const actions = useInstanceActions()
  const mine = chosen.filter(instance => user === undefined || instance.owner === user)
  const running = mine.filter(instance => isRunning(instance) && instance.state !== 'stopping')
  const ended = mine.filter(instance => !isRunning(instance))
  const others = chosen.length - mine.length
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are buttons, not a form
    <div role="group" aria-label={t`Chosen instances`} style={{ display: 'contents' }}>
      <strong>{t`${count(chosen.length)} chosen`}</strong>
      {others > 0 ? <span>{t`(${count(others)} of others, left alone)`}</span> : null}
      {chosen.length < shown ? <Button onClick={onAll}>{t`Choose all ${count(shown)}`}</Button> : null}
      <Button disabled={running.length === 0} onClick={() => void actions.act('stop', running)}>
        {running.length === 0 ? t`Stop` : t`Stop ${count(running.length)}`}
      </Button>
      <Button disabled={running.length === 0} onClick={() => void actions.act('restart', running)}>
        {running.length === 0 ? t`Restart` : t`Restart ${count(running.length)}`}
      </Button>
      <Button disabled={ended.length === 0} onClick={() => void actions.act('start', ended)}>
        {ended.length === 0 ? t`Start` : t`Start ${count(ended.length)}`}
      </Button>
      <Button disabled={mine.length === 0} onClick={() => void actions.remove(mine)}>
        {mine.length === 0 ? t`Remove…` : t`Remove ${count(mine.length)}…`}
      </Button>
      <CopyCliCommand commands={cliCommandsOf(running, ended, mine)} />
      <Button variant="subtle" onClick={onClear} className={page.grow ?? ''}>
        {t`Clear`}
      </Button>
    </div>
  )
}

function cliCommandsOf(running: readonly Instance[], ended: readonly Instance[], all: readonly Instance[]) {
  const ids = (instances: readonly Instance[]) => instances.map(({ id }) => id.slice(0, 8))
  return [
    ...(running.length > 0
      ? [
          [t`Stop`, cliCommand.stop(...ids(running))] as const,
          [t`Restart`, cliCommand.restart(...ids(running))] as const
        ]
      : []),
    ...(ended.length > 0 ? [[t`Start`, cliCommand.start(...ids(ended))] as const] : []),
    [t`Remove`, cliCommand.terminate(ids(running), ids(all))] as const
  ]
}
