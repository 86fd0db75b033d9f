/** One step of a roll-out: its number, state, effect, buttons, undo and command. */
import type { ReactNode } from 'react'
import { t } from '#shared/language.ts'
import type { Tone } from '../../labels/instance.ts'
import { Actions } from '../../ui/panel.tsx'
import { State } from '../../ui/state.tsx'
import { CliCommand, CliCommands } from '../../window/copy.tsx'
import styles from './rollout.module.css'
import type { StepState } from './steps.ts'

interface StepProps {
  readonly number: number
  readonly title: string
  readonly state: StepState
  /** The label of the state, if it differs from the default. */
  readonly label?: string
  /** The tone of the state, if the default is too strong. */
  readonly tone?: Tone
  readonly actions?: ReactNode
  readonly cliCommand?: string | undefined
  /** The command that undoes the step, if it can be undone. */
  readonly undoCliCommand?: string | undefined
  readonly children: ReactNode
}

const LABELS = {
  done: { tone: 'good', text: t`Done` },
  now: { tone: 'busy', text: t`Next` },
  later: { tone: 'off', text: t`Later` },
  failed: { tone: 'bad', text: t`Failed` }
} as const satisfies Record<StepState, { tone: Tone; text: string }>

export function Step({
  number,
  title,
  state,
  label,
  tone,
  actions,
  cliCommand,
  undoCliCommand,
  children
}: StepProps) {
  const usual = LABELS[state]
  return (
    <li className={styles.step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
      <span className={styles.number} aria-hidden="true">
        {number}
      </span>
      <div className={styles.body}>
        <div className={styles.head}>
          <h2>{title}</h2>
          <State tone={tone ?? usual.tone} text={label ?? usual.text} />
        </div>
        <div className={styles.what}>{children}</div>
        {actions ? <Actions>{actions}</Actions> : null}
        {cliCommand && state !== 'later' ? <CliCommand command={cliCommand} /> : null}
        {undoCliCommand ? <CliCommands commands={[[t`Undo`, undoCliCommand]]} /> : null}
      </div>
    </li>
  )
}
