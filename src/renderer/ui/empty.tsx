/** An empty page or list: what it would show, and what to do. */
import type { ReactNode } from 'react'
import parts from './parts.module.css'

interface EmptyProps {
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

export function Empty({ title, children, actions }: EmptyProps) {
  return (
    <div className={parts.empty}>
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {actions ? <div className={parts.emptyActions}>{actions}</div> : null}
    </div>
  )
}
