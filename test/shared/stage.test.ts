/** Stages and titles of jobs: their text is made when it is shown, in the current language. */
import { afterEach, expect, test } from 'vitest'
import type { JobKind, JobSubject } from '#shared/job-title.ts'
import { jobTitle } from '#shared/job-title.ts'
import { speakLanguage } from '#shared/languages/index.ts'
import { isSameStage, type Stage, stageText } from '#shared/stage.ts'

afterEach(() => speakLanguage('en'))

test.each<[Stage, string, string]>([
  [{ code: 'bundling' }, 'Bundling', 'Bündeln'],
  [{ code: 'starting-instance', phase: 'starting' }, 'Starting the app', 'App starten'],
  [{ code: 'acting', act: 'stop', ended: 2, all: 5 }, 'Stopping 2 of 5', 'Stoppen (2 von 5)'],
  [{ code: 'undo-wait', until: 0, seconds: 3 }, 'Removing in 3 s', 'Entfernen in 3 s'],
  [{ code: 'text', text: 'As it was.' }, 'As it was.', 'As it was.']
])('the stage %j', async (stage, english, german) => {
  expect(stageText(stage)).toBe(english)
  await speakLanguage('de')
  expect(stageText(stage)).toBe(german)
})

test.each<[JobKind, JobSubject, string, string]>([
  ['bundle', { code: 'name', name: 'Peak' }, 'Bundle Peak', 'Peak bündeln'],
  ['stop', { code: 'instances', count: 2 }, 'Stop 2 instances', '2 Instanzen stoppen'],
  ['remove', { code: 'apps', count: 3 }, 'Remove 3 apps', '3 Apps entfernen'],
  ['clean-up', { code: 'none' }, 'Clean up', 'Aufräumen'],
  ['import', { code: 'text', text: 'As it was.' }, 'As it was.', 'As it was.']
])('the title of %s, of %j', async (kind, subject, english, german) => {
  expect(jobTitle({ kind, subject })).toBe(english)
  await speakLanguage('de')
  expect(jobTitle({ kind, subject })).toBe(german)
})

test('invisible characters in a name are shown as their number', () => {
  const subject = { code: 'name', name: 'Safe \u202efdp.exe' } as const
  expect(jobTitle({ kind: 'import', subject })).toBe('Import Safe ‹U+202E›fdp.exe')
})

test('stages are equal only with the same arguments', () => {
  const stage: Stage = { code: 'acting', act: 'stop', ended: 2, all: 5 }
  expect(isSameStage(stage, { ...stage })).toBe(true)
  expect(isSameStage(stage, { ...stage, ended: 3 })).toBe(false)
  expect(isSameStage({ code: 'bundling' }, { code: 'uploading' })).toBe(false)
})
