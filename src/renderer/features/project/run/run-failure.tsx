/** A run that failed: why, its own last lines, the line it failed at, and the memory it wanted by a click. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { doubledQuantity } from '#shared/quantity.ts'
import { FailingLineButton } from '../../../actions/failing-line-button.tsx'
import { useProjectActions } from '../../../actions/project.ts'
import { useLastLines } from '../../../host/last-lines.ts'
import { stateLabel } from '../../../labels/instance.ts'
import { ErrorCard } from '../../../window/error-card.tsx'

const LAST_LINES = 12

interface RunFailureProps {
  readonly path: string
  readonly instance: Instance
  /** MemoryLimit as the manifest has it. */
  readonly limit: string | undefined
}

export function RunFailure({ path, instance, limit }: RunFailureProps) {
  const tail = useLastLines(instance, LAST_LINES)
  const { reason } = instance
  return (
    <ErrorCard
      title={stateLabel(instance).text}
      error={{
        code: 'UNAVAILABLE',
        message: reason?.message ?? t`It failed, and nothing says why.`,
        hint: reason?.hint,
        data: { lines: tail }
      }}
      action={
        <>
          {reason?.code === 'out-of-memory' ? <MoreMemory path={path} limit={limit} /> : null}
          <FailingLineButton instance={instance} />
        </>
      }
    />
  )
}

function MoreMemory({ path, limit }: { path: string; limit: string | undefined }) {
  const actions = useProjectActions()
  const [busy, setBusy] = useState(false)
  const to = limit === undefined ? undefined : doubledQuantity(limit)
  if (to === undefined) return null
  const raise = async () => {
    setBusy(true)
    if (await actions.setMemoryLimit(path, to)) await actions.run(path)
    setBusy(false)
  }
  return (
    <Button variant="filled" loading={busy} onClick={() => void raise()}>
      {t`Raise MemoryLimit to ${to} and run again`}
    </Button>
  )
}
