/** A failed run: the reason, its last lines, the failing line, and a button to raise its memory limit. */
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
  /** MemoryLimit as written in the manifest. */
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
