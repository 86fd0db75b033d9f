/** Events, metrics, restarts and shells of instances, on any platform with these capabilities. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { MetricsReading } from '#shared/metrics.ts'
import type { Capability } from '#shared/platform.ts'
import { importApp } from '../platform-bundles.ts'
import { failing, type Users, until } from './support.ts'

export function testLife(users: Users, patience: number): void {
  const has = async (capability: Capability) => (await users.anna.info()).capabilities.includes(capability)

  describe('the life of instances', () => {
    test(
      'is recorded as events, across restarts, until they are removed',
      async () => {
        if (!(await has('events'))) return
        const { instances } = users.anna
        const app = await importApp(users.anna, {}, { visibility: 'ALL_USERS' })
        const { id } = await instances.run({ appId: app.id })
        await until(users.anna, id, 'ready', patience)
        await instances.update({ id, visibility: 'ALL_USERS' })
        expect(await instances.restart({ id })).toMatchObject({ restarts: 1 })
        await until(users.anna, id, 'ready', patience)
        await instances.stop({ id })

        const events = await users.ben.instances.events({ id })
        expect(events.map(({ run, kind }) => `${run} ${kind}`)).toEqual([
          ...['1 starting', '1 ready', '1 visibility', '1 stopping', '1 stopped'],
          ...['2 starting', '2 ready', '2 stopping', '2 stopped']
        ])
        const times = events.map(({ time }) => Date.parse(time))
        // A file's time may lag behind the clock by a few milliseconds.
        for (const [index, time] of times.entries())
          expect(time).toBeGreaterThan((times[index - 1] ?? 0) - 50)
        expect(events.at(-1)).toMatchObject({ reason: { code: 'stopped-by-user' } })
        for (const { message } of events) expect(message).toMatch(/^[A-Z].*\.$/)
        await instances.remove({ id })
        await expect(instances.events({ id })).rejects.toEqual(failing('NOT_FOUND'))
      },
      3 * patience
    )

    test(
      'includes why they failed, with the exit code',
      async () => {
        if (!(await has('events'))) return
        const app = await importApp(users.anna, { does: 'crash' })
        const { id } = await users.anna.instances.run({ appId: app.id })
        const { reason } = await until(users.anna, id, 'failed', patience)
        const events = await users.anna.instances.events({ id })
        expect(events.at(-1)).toMatchObject({ kind: 'failed', reason, message: reason?.message })
        expect(reason?.exitCode).toBe(1)
        expect(await users.anna.instances.restart({ id })).toMatchObject({ restarts: 1 })
      },
      2 * patience
    )

    test(
      'is measured while a client listens and they run',
      async () => {
        if (!(await has('metrics'))) return
        const app = await importApp(users.anna, { runtime: 'MemoryLimit = "256Mi"' })
        const { id } = await users.anna.instances.run({ appId: app.id })
        await until(users.anna, id, 'ready', patience)
        const ids = [id, randomUUID()]
        const readings = await users.anna.instances.metrics({ ids, intervalMs: 1_000 })
        expect(await nextSamples(readings)).toEqual([
          { id, memory: expect.objectContaining({ limit: 256 * 2 ** 20 }) }
        ])
        const [second] = await nextSamples(readings)
        expect(second?.cpu).toBeGreaterThanOrEqual(0)
        const hidden = await users.ben.instances.metrics({ ids, intervalMs: 1_000 })
        expect(await nextSamples(hidden)).toEqual([])
        await hidden.return?.()
        await users.anna.instances.stop({ id })
        let last = await nextSamples(readings)
        // A reading that was under way may still include it.
        if (last.length > 0) last = await nextSamples(readings)
        expect(last).toEqual([])
        await readings.return?.()
      },
      2 * patience
    )

    test(
      'includes shells for their owner only, if the instance has a shell',
      async () => {
        if (!(await has('shell'))) return
        const app = await importApp(users.anna, {}, { visibility: 'ALL_USERS' })
        const { id } = await users.anna.instances.run({ appId: app.id, visibility: 'ALL_USERS' })
        const { shell } = await until(users.anna, id, 'ready', patience)
        const size = { columns: 100, rows: 30 }
        await expect(users.ben.shells.open({ id, ...size })).rejects.toEqual(failing('FORBIDDEN'))
        if (!shell) {
          await expect(users.anna.shells.open({ id, ...size })).rejects.toEqual(failing('UNSUPPORTED'))
          return
        }
        const { shellId } = await users.anna.shells.open({ id, ...size })
        await users.anna.shells.write({ shellId, text: 'echo got-$((40 + 2)); stty size; exit 7\r' })
        let text = ''
        let page = await users.anna.shells.read({ shellId, from: 0, waitMs: 10_000 })
        for (;;) {
          text += page.text
          if (page.end) break
          page = await users.anna.shells.read({ shellId, from: page.next, waitMs: 10_000 })
        }
        expect(text).toContain('got-42')
        expect(text).toContain('30 100')
        expect(page.end).toEqual({ exitCode: 7 })
        await users.anna.shells.close({ shellId })
        await expect(users.anna.shells.read({ shellId, from: 0 })).rejects.toEqual(failing('NOT_FOUND'))
        await users.anna.instances.stop({ id })
        await expect(users.anna.shells.open({ id, ...size })).rejects.toEqual(failing('CONFLICT'))
      },
      2 * patience
    )
  })
}

async function nextSamples(readings: AsyncIterator<MetricsReading, unknown, void>) {
  const { value, done } = await readings.next()
  if (done) throw new Error('the readings ended')
  return value.samples
}
