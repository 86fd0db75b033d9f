/** The form of the text in the window: a moment after what is typed, at once for whatever else the form changes. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Finding } from '#shared/finding.ts'
import type { Path } from '#shared/manifest-text/values.ts'
import { type FormModel, readForm } from './form-model.ts'

/** Reading a text takes a few milliseconds for each 10,000 characters: the frame that shows a key does not wait for it. */
const DELAY_MS = 30
const LONG_CHARS = 40_000
const LONG_DELAY_MS = 250

interface FormOfText {
  /** The form of the last text that had one. */
  readonly model: FormModel | undefined
  /** Why the text has none. */
  readonly fault: Finding | undefined
  /** Reads the text at once, however long. */
  readNow(text: string): FormModel | undefined
  /** Shows in the field what was typed there, before the text it makes is read. */
  typed(model: FormModel, path: Path, text: string): void
}

interface Read {
  /** Undefined where something was typed since. */
  readonly text: string | undefined
  readonly form: ReturnType<typeof readForm>
}

export function useFormModel(text: string): FormOfText {
  const [read, setRead] = useState<Read>(() => ({ text, form: readForm(text) }))
  const last = useRef<FormModel>(undefined)
  useEffect(() => {
    if (read.text === text) return
    const delay = text.length > LONG_CHARS ? LONG_DELAY_MS : DELAY_MS
    const timer = setTimeout(() => setRead({ text, form: readForm(text) }), delay)
    return () => clearTimeout(timer)
  }, [read, text])
  const { form } = read
  if (!('fault' in form)) last.current = form
  return useMemo(
    () => ({
      model: 'fault' in form ? last.current : form,
      fault: 'fault' in form ? form.fault : undefined,
      readNow(now) {
        const made = readForm(now)
        setRead({ text: now, form: made })
        return 'fault' in made ? undefined : made
      },
      typed(model, path, value) {
        setRead({ text: undefined, form: { ...model, typed: { path, text: value } } })
      }
    }),
    [form]
  )
}
