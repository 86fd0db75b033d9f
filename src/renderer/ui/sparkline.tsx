/** A small line chart of readings over time, with a line for their limit if there is one. */
import styles from './sparkline.module.css'

interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[]
  readonly limit?: number | undefined
  /** Minimum value for the full height, so that tiny readings look tiny. */
  readonly least?: number
  /** Number of readings across the whole width; with fewer, the line starts further right. */
  readonly span: number
  readonly width: number
  readonly height: number
  /** Description for screen readers. */
  readonly label: string
}

/** Above this share of the limit, the line has the warning colour. */
const HIGH = 0.9

export function Sparkline({ values, limit, least = 0, span, width, height, label }: SparklineProps) {
  const last = values.at(-1)
  if (last === undefined) return null
  const top = Math.max(limit ?? least, least, ...values, Number.MIN_VALUE) * 1.04
  const x = (index: number) => width - ((values.length - 1 - index) * width) / Math.max(1, span - 1)
  const y = (value: number) => height - 1 - (value / top) * (height - 2)
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
  const line = points.length === 1 ? `M${x(0) - 2},${y(last)}L${points[0]}` : `M${points.join('L')}`
  const high = limit !== undefined && last > limit * HIGH
  return (
    <svg
      className={styles.spark}
      data-high={high || undefined}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {limit === undefined ? null : (
        <line className={styles.limit} x1="0" x2={width} y1={y(limit)} y2={y(limit)} />
      )}
      <path className={styles.line} d={line} />
    </svg>
  )
}
