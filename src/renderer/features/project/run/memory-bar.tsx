/** The memory used by the run, compared with its limit. */
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { useMemory, useMetricsFeed } from '../../../host/metrics.ts'
import { bytes, exactBytes } from '../../../labels/humanise.ts'
import styles from './run.module.css'

/** Above this share of the limit, the app may soon be ended. */
const HIGH = 0.9

export function MemoryBar({ instance }: { instance: Instance }) {
  useMetricsFeed([instance.id])
  const { used, limit } = useMemory(instance)
  if (used === undefined) return null
  const share = limit === undefined ? 0 : Math.min(1, used / limit)
  const title =
    limit === undefined ? t`${exactBytes(used)}, no limit` : t`${exactBytes(used)} of ${exactBytes(limit)}`
  return (
    <span className={styles.memory} title={title}>
      {limit === undefined ? null : (
        <meter aria-label={t`Memory`} min={0} max={1} high={HIGH} value={share} data-high={share > HIGH} />
      )}
      {limit === undefined ? bytes(used) : t`${bytes(used)} of ${bytes(limit)}`}
    </span>
  )
}
