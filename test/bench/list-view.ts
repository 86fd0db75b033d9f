/** What the page does while it is measured: runs inside the window, so it uses nothing of this file's surroundings. */

export interface Frames {
  readonly frames: number
  /** Milliseconds between two frames. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly worst: number
  /** Frames that took longer than two of a screen of 60 a second. */
  readonly late: number
}

/** Scrolls the list, or types into its filter, for some seconds, and tells the gaps between frames. */
export async function frameGaps(how: 'scroll' | 'filter'): Promise<Frames> {
  const gaps: number[] = []
  let before = performance.now()
  const frame = () =>
    new Promise<void>(resolve =>
      requestAnimationFrame(() => {
        const now = performance.now()
        gaps.push(now - before)
        before = now
        resolve()
      })
    )
  const list = document.querySelector('[role=grid]')
  const filter = document.querySelector<HTMLInputElement>('input[data-page-filter]')
  if (!list || !filter) throw new Error('there is no list on this page')
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
  const type = (text: string) => {
    write?.call(filter, text)
    filter.dispatchEvent(new Event('input', { bubbles: true }))
  }
  if (how === 'scroll') {
    for (let step = 0; step < 300; step++) {
      list.scrollTop += step < 200 ? 90 : -180
      await frame()
    }
  } else {
    const words = [
      'p',
      'pe',
      'pea',
      'peak',
      'pea',
      'pe',
      'p',
      '',
      '1',
      '12',
      '1',
      '',
      'f',
      'fo',
      'for',
      'fore',
      ''
    ]
    for (const text of [...words, ...words]) {
      type(text)
      // As fast as people type.
      for (let rest = 0; rest < 6; rest++) await frame()
    }
  }
  gaps.sort((a, b) => a - b)
  const at = (share: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? 0
  const late = gaps.filter(gap => gap > 34).length
  return { frames: gaps.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), worst: at(1), late }
}

export interface Scrolling {
  readonly selector: string
  readonly frames: number
  /** Of each frame: down, and from half of them on up again. */
  readonly pixels: number
}

export async function scrolledFrames({ selector, frames, pixels }: Scrolling): Promise<Frames> {
  const list = document.querySelector(selector)
  if (!list) throw new Error(`there is no ${selector} on this page`)
  const gaps: number[] = []
  list.scrollTop = 0
  await new Promise(requestAnimationFrame)
  let before = performance.now()
  for (let step = 0; step < frames; step++) {
    list.scrollTop += step < frames / 2 ? pixels : -pixels
    await new Promise(requestAnimationFrame)
    const now = performance.now()
    gaps.push(now - before)
    before = now
  }
  gaps.sort((a, b) => a - b)
  const at = (share: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? 0
  const late = gaps.filter(gap => gap > 34).length
  return { frames: gaps.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), worst: at(1), late }
}
