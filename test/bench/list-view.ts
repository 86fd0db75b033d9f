/** The work of the page during a measurement: it runs inside the window, so it uses nothing else from this file. */

export interface Frames {
  readonly frames: number
  /** Milliseconds between two frames. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly worst: number
  /** Frames that took longer than two frames at 60 a second. */
  readonly late: number
}

export interface Measuring {
  readonly how: 'scroll' | 'filter'
  readonly label: string
}

/** Scrolls the list with that label, or types into its filter, for some seconds; returns the gaps between frames. */
export async function frameGaps({ how, label }: Measuring): Promise<Frames> {
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
  const list = document.querySelector(`[role=grid][aria-label="${label}"]`)
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
  /** Pixels for each frame: down, then up again from half of the frames on. */
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

/**
 * The peer: a virtual list of plain text rows, as small as a list can be, drawn over the page. Scrolling moves the
 * visible rows; typing into the page's filter shows the rows that contain the text.
 */
export function showPlainList({ count, label }: { readonly count: number; readonly label: string }): void {
  const HEIGHT = 48
  const all = Array.from({ length: count }, (_, index) => `ai.h2o.q.peak-${index} Peak ${index} 0.${index}.0`)
  let rows = all
  const list = document.createElement('div')
  list.setAttribute('role', 'grid')
  list.setAttribute('aria-label', label)
  list.style.cssText = 'position:fixed;inset:90px 0 0 180px;overflow:auto;background:Canvas;z-index:99'
  const sheet = document.createElement('div')
  sheet.style.position = 'relative'
  list.append(sheet)
  document.body.append(list)
  const pool = Array.from({ length: Math.ceil(list.clientHeight / HEIGHT) + 2 }, () => {
    const row = document.createElement('div')
    row.style.cssText = `position:absolute;inset:0 0 auto;height:${HEIGHT}px;contain:strict`
    sheet.append(row)
    return row
  })
  const draw = () => {
    const first = Math.floor(list.scrollTop / HEIGHT)
    for (const [index, row] of pool.entries()) {
      row.textContent = rows[first + index] ?? ''
      row.style.transform = `translateY(${(first + index) * HEIGHT}px)`
    }
  }
  const show = (text: string) => {
    rows = all.filter(row => row.toLowerCase().includes(text))
    sheet.style.height = `${rows.length * HEIGHT}px`
    draw()
  }
  list.addEventListener('scroll', draw)
  const filter = document.querySelector('input[data-page-filter]')
  filter?.addEventListener('input', event => show((event.target as HTMLInputElement).value.toLowerCase()))
  show('')
}

/** Removes the peer. */
export function hidePlainList(label: string): void {
  document.querySelector(`[role=grid][aria-label="${label}"]`)?.remove()
}
