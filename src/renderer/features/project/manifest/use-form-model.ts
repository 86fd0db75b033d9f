/** Parses the text in the window to a form: shortly after typing, immediately for other changes by the form. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Finding } from '#shared/finding.ts'
import type { Path } from '#shared/manifest-text/values.ts'
import { type FormModel, readForm } from './form-model.ts'

/** Parsing takes a few milliseconds per 10,000 characters; the delay lets a typed key appear first. */
const DELAY_MS = 30
const LONG_CHARS = 40_000
const LONG_DELAY_MS = 250

interface FormOfText {
  /** The form of the last valid text. */
  readonly model: FormModel | undefined
  /** Why the current text has no form. */
  readonly fault: Finding | undefined
  /** Parses the text immediately, however long it is. */
  readNow(text: string): FormModel | undefined
  /** Shows typed text in its field before the changed manifest is parsed. */
  typed(model: FormModel, path: Path, text: string): void
}

interface Read {
  /** The parsed text; undefined if the user has typed since. */
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
