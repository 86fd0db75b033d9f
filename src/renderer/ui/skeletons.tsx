/** Placeholders while content loads; they appear after a moment, so that quick answers do not flicker. */
import { Skeleton, Stack } from '@mantine/core'
import { useEffect, useState } from 'react'
import { t } from '#shared/language.ts'

const PATIENCE_MS = 400

export function RowsSkeleton({ rows = 6 }: { rows?: number }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!late) return null
  return (
    <Stack gap={14} px={20} py={16} role="status" aria-label={t`Loading`}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all items are equal
        <Skeleton key={row} height={16} width={`${88 - (row % 3) * 14}%`} />
      ))}
    </Stack>
  )
}
