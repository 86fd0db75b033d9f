/** Processors in use, of the processor time an engine has counted. */

interface Reading {
  readonly run: number
  /** Milliseconds of this process's clock. */
  readonly at: number
  readonly cpuSeconds: number
}

/**
 * Processors an instance used since its reading before; undefined at the first of a run. The time of processes that ended
 * may make the sum fall.
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
