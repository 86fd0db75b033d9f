/** The size budget: included files count, and exceeding it reports the largest files. */
import { expect, test } from 'vitest'
import { limitFindings } from '#core/bundle/files/budget.ts'
import { reportFiles } from '#core/bundle/write/report.ts'
import { project } from './project.ts'

const KiB = 1024

async function findings(folder: string, sizeBudget: number) {
  const report = await reportFiles(folder, { sizeBudget })
  return report.findings.filter(({ rule }) => rule === 'size-budget')
}

test('exceeding the budget is a warning that names the largest files', async () => {
  const folder = project({
    'data/large.bin': 'x'.repeat(300 * KiB),
    'data/small.bin': 'x'.repeat(100 * KiB),
    '.gitignore': 'left-out.bin\n',
    'left-out.bin': 'x'.repeat(900 * KiB)
  })
  const [finding, ...more] = await findings(folder, 200 * KiB)
  expect(more).toEqual([])
  expect(finding?.severity).toBe('warning')
  expect(finding?.message).toContain('What goes in has 0.39 MiB, more than the size budget of 0.2 MiB.')
  expect(finding?.message).toContain('data/large.bin (0.29 MiB), data/small.bin (0.1 MiB), ')
  expect(finding?.message).not.toContain('left-out')
})

test('there is no warning within the budget, or without one', async () => {
  const folder = project({ 'data.bin': 'x'.repeat(300 * KiB) })
  expect(await findings(folder, 400 * KiB)).toEqual([])
  expect(await findings(folder, 0)).toEqual([])
})

test('a project too large for every platform is an error before it is bundled', () => {
  const files = [{ size: 3 * 1024 * KiB }, { size: 2 * 1024 * KiB }, { size: 0 }]
  const limits = { entries: 2, totalBytes: 4 * 1024 * KiB }
  const messages = limitFindings(files, limits).map(({ severity, message }) => `${severity}: ${message}`)
  expect(messages).toEqual([
    expect.stringContaining('error: 3 files go in, more than the 2 a bundle may have.'),
    expect.stringContaining('error: What goes in has 5 MiB, more than the 4 MiB a bundle may have.')
  ])
  expect(limitFindings(files.slice(1), limits)).toEqual([])
})
