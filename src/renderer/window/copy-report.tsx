/** Copies the report of an error without secrets. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ErrorReport } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { useHostIfAny } from '../host/client.ts'
import { redactedReport } from '../host/report.ts'

const LABELS = {
  idle: t`Copy report`,
  copying: t`Copy report`,
  copied: t`Copied`,
  failed: t`Not copied`
} as const

export function CopyReport({ error }: { error: ErrorReport }) {
  const host = useHostIfAny()
  const [state, setState] = useState<keyof typeof LABELS>('idle')
  async function copy() {
    setState('copying')
    try {
      await navigator.clipboard.writeText(await redactedReport(host?.client.system, error))
      setState('copied')
    } catch {
      setState('failed')
    }
  }
  return (
    <Button loading={state === 'copying'} onClick={() => void copy()}>
      {LABELS[state]}
    </Button>
  )
}
