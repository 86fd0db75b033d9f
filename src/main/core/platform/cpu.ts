/** Processors in use, computed from the processor time that an engine reports. */

interface Reading {
  readonly run: number
  /** Milliseconds on this process's clock. */
  readonly at: number
  readonly cpuSeconds: number
}

/**
 * Processors an instance has used since its last reading; undefined at a run's first reading. The engine's sum may fall
 * when processes end; the result is then 0.
 */
export function createCpuMeter() {
  const before = new Map<string, Reading>()
  return function cpuOf(id: string, run: number, cpuSeconds: number | undefined): number | undefined {
    if (cpuSeconds === undefined) return undefined
    const now: Reading = { run, at: performance.now(), cpuSeconds }
    const last = before.get(id)
    before.set(id, now)
    if (last?.run !== run) return undefined
    return Math.max(0, (cpuSeconds - last.cpuSeconds) / ((now.at - last.at) / 1000))
  }
}
