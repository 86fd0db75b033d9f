/** One step of a roll out: its number and state, what it does, its buttons, its way back and its twin. */
import type { ReactNode } from 'react'
import { t } from '#shared/language.ts'
import type { Tone } from '../../labels/instance.ts'
import { Actions } from '../../ui/panel.tsx'
import { State } from '../../ui/state.tsx'
import { Twin, Twins } from '../../window/copy.tsx'
import styles from './rollout.module.css'
import type { StepState } from './steps.ts'

interface StepProps {
  readonly number: number
  readonly title: string
  readonly state: StepState
  /** The state in words, where there are better ones than the usual. */
  readonly words?: string
  /** How it is shown, where the usual would say too much. */
  readonly tone?: Tone
  readonly actions?: ReactNode
  readonly twin?: string | undefined
  /** The twin of its way back, where it can be gone. */
  readonly undoTwin?: string | undefined
  readonly children: ReactNode
}

const WORDS = {
  done: { tone: 'good', text: t`Done` },
  now: { tone: 'busy', text: t`Next` },
  later: { tone: 'off', text: t`Later` },
  failed: { tone: 'bad', text: t`Failed` }
} as const satisfies Record<StepState, { tone: Tone; text: string }>

export function Step({ number, title, state, words, tone, actions, twin, undoTwin, children }: StepProps) {
  const usual = WORDS[state]
  return (
    <li className={styles.step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
      <span className={styles.number} aria-hidden="true">
        {number}
      </span>
      <div className={styles.body}>
        <div className={styles.head}>
          <h2>{title}</h2>
          <State tone={tone ?? usual.tone} text={words ?? usual.text} />
        </div>
        <div className={styles.what}>{children}</div>
        {actions ? <Actions>{actions}</Actions> : null}
        {twin && state !== 'later' ? <Twin command={twin} /> : null}
        {undoTwin ? <Twins commands={[[t`Undo`, undoTwin]]} /> : null}
      </div>
    </li>
  )
}
