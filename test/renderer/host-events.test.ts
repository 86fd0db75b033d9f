/** Events from the host: early ones are kept until the window is drawn, and anything else is dropped. */
import { afterAll, expect, test, vi } from 'vitest'
import type { HostEvent } from '#shared/host-events.ts'
import { EVENT_CHANNEL } from '#shared/window-channels.ts'

const page = new EventTarget()
vi.stubGlobal('window', page)
vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
const { onHostEvent } = await import('../../src/renderer/window/host-events.ts')

afterAll(() => vi.unstubAllGlobals())

/** As the preload posts it. */
function post(event: unknown, { type = EVENT_CHANNEL, source = page as unknown } = {}) {
  page.dispatchEvent(Object.assign(new Event('message'), { data: { type, event }, source }))
}

test('reach the window once, also those sent before it listened', () => {
  const job: HostEvent = { kind: 'job', id: '1' }
  const settings: HostEvent = { kind: 'settings' }
  post(job)
  const got: HostEvent[] = []
  const stop = onHostEvent(event => got.push(event))
  post(settings)
  post({ kind: 'instance', id: '2' })
  expect(got).toEqual([job, settings, { kind: 'instance', id: '2' }])
  stop()
  post(job)
  onHostEvent(event => got.push(event))
  expect(got).toHaveLength(4)
  post({ kind: 'job' })
  post({ kind: 'format-disk' })
  post(undefined)
  post(job, { type: 'another' })
  post(job, { source: null })
  expect(got).toHaveLength(4)
})
