/** Prevents a bug in one part of the window from breaking the rest. */
import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { t } from '#shared/language.ts'
import { ErrorCard } from './error-card.tsx'

interface BoundaryProps {
  readonly what: string
  readonly children: ReactNode
}

export class ErrorBoundary extends Component<BoundaryProps, { readonly error: Error | undefined }> {
  override state = { error: undefined }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    const error: Error | undefined = this.state.error
    if (!error) return this.props.children
    return (
      <div style={{ padding: 24, maxWidth: 640 }}>
        <ErrorCard
          title={t`${this.props.what} could not be shown`}
          error={{
            code: 'INTERNAL',
            message: (error as Error).message,
            hint: t`This is a bug. Nothing of yours is lost; copy the report and file it.`,
            data: { lines: ((error as Error).stack ?? '').split('\n').slice(0, 12) }
          }}
          action={<Button onClick={() => this.setState({ error: undefined })}>{t`Show again`}</Button>}
        />
      </div>
    )
  }
}
