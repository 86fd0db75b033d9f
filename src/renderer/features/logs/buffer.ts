/** The newest part of a log, kept to draw it anew when the view changes. */
import type { LogLine } from '#shared/log.ts'

export interface LineBuffer {
  push(lines: readonly LogLine[]): void
  clear(): void
  /** Oldest first. */
  lines(): readonly LogLine[]
}

/** Keeps at most `maxLines` lines and about `maxChars` characters. */
export function createLineBuffer(maxLines: number, maxChars: number): LineBuffer {
  let kept: LogLine[] = []
  let start = 0
  let chars = 0
  return {
    push(lines) {
      for (const line of lines) {
        kept.push(line)
        chars += line.text.length
      }
      while (kept.length - start > maxLines || (chars > maxChars && kept.length - start > 1)) {
        chars -= kept[start]?.text.length ?? 0
        start += 1
      }
      // Forgotten lines are cut off once in a while, not one by one.
      if (start > maxLines) {
        kept = kept.slice(start)
        start = 0
      }
    },
    clear() {
      kept = []
      start = 0
      chars = 0
    },
    lines: () => kept.slice(start)
  }
}
