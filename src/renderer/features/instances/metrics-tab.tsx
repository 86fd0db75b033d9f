/** Metrics of an instance over the last three minutes: memory with its limit, and processor time. */
import type { ReactNode } from 'react'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { SPAN, useSeries } from '../../host/metrics.ts'
import { bytes, percent } from '../../labels/humanise.ts'
import { rich } from '../../ui/rich.ts'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Sparkline } from '../../ui/sparkline.tsx'
import { Bytes, Cores } from '../../ui/text.tsx'
import styles from './instances.module.css'

const WIDTH = 320
const HEIGHT = 96
/** Cores. */
const QUARTER = 0.25

export function MetricsTab({ instance }: { instance: Instance }) {
  const series = useSeries(instance.id)
  if (!isRunning(instance)) {
    return <p className={styles.quiet}>{t`It does not run. Memory and CPU show here while it does.`}</p>
  }
  if (!series) return <RowsSkeleton rows={4} />
  const { memory, cpu, limit } = series
  const [used, cores] = [memory.at(-1), cpu.at(-1)]
  return (
    <>
      {used === undefined ? null : (
        <Chart
          title={t`Memory`}
          now={<Bytes value={used} />}
          beside={
            limit === undefined ? t`no limit` : rich`of ${<Bytes value={limit} />}, ${percent(used / limit)}`
          }
        >
          <Sparkline
            values={memory}
            limit={limit}
            span={SPAN}
            width={WIDTH}
            height={HEIGHT}
            label={t`Memory ${bytes(used)}, at most ${bytes(Math.max(...memory))} in the last minutes`}
          />
        </Chart>
      )}
      {cores === undefined ? null : (
        <Chart title={t`CPU`} now={<Cores value={cores} />} beside={t`of one core`}>
          <Sparkline
            values={cpu}
            least={QUARTER}
            span={SPAN}
            width={WIDTH}
            height={HEIGHT}
            label={t`CPU ${percent(cores)} of one core, at most ${percent(Math.max(...cpu))} in the last
              minutes`}
          />
        </Chart>
      )}
      <p
        className={styles.quiet}
      >{t`The last three minutes: one reading every two seconds while this is open.`}</p>
    </>
  )
}

interface ChartProps {
  readonly title: string
  readonly now: ReactNode
  readonly beside: ReactNode
  readonly children: ReactNode
}

function Chart({ title, now, beside, children }: ChartProps) {
  return (
    <section className={styles.chart} aria-label={title}>
      <div className={styles.chartHead}>
        <span>{title}</span>
        <span>
          <strong>{now}</strong> {beside}
        </span>
      </div>
      <div className={styles.chartBox}>{children}</div>
    </section>
  )
}
