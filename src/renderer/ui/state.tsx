/** Shows a state as text, shape and colour, so that any one of them is enough to read it. */
import type { Tone } from '../labels/instance.ts'
import parts from './parts.module.css'

const SHAPES = {
  good: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  busy: (
    <>
      <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.2" />
      <path d="M5 1.6a3.4 3.4 0 0 1 0 6.8z" fill="currentColor" />
    </>
  ),
  bad: (
    <path
      d="M1.8 1.8l6.4 6.4M8.2 1.8L1.8 8.2"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
    />
  ),
  off: <rect x="1.6" y="1.6" width="6.8" height="6.8" rx="1" fill="currentColor" />
} as const satisfies Record<Tone, React.ReactNode>

export function Glyph({ tone }: { tone: Tone }) {
  return (
    <svg
      className={parts.glyph}
      data-tone={tone}
      width="10"
      height="10"
      viewBox="0 0 10 10"
      aria-hidden="true"
    >
      {SHAPES[tone]}
    </svg>
  )
}

export function State({ tone, text, title }: { tone: Tone; text: string; title?: string | undefined }) {
  return (
    <span className={parts.state} data-tone={tone} title={title ?? text}>
      <Glyph tone={tone} />
      <span className={parts.clip}>{text}</span>
    </span>
  )
}
