/** The form of the text in the window: at once for what the form itself changed, a moment later for long texts. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Finding } from '#shared/finding.ts'
import { type FormModel, readForm } from './form-model.ts'

/** Reading a text takes a few milliseconds for each 10,000 characters; typing must not wait for it. */
const AT_ONCE_CHARS = 40_000
const DELAY_MS = 250

interface FormOfText {
  /** The form of the last text that had one. */
  readonly model: FormModel | undefined
  /** Why the text now has none. */
  readonly fault: Finding | undefined
  /** Reads the text now, however long: it is about to be edited by the form. */
  readNow(text: string): FormModel | undefined
}

export function useFormModel(text: string): FormOfText {
  const [read, setRead] = useState(() => ({ text, form: readForm(text) }))
  const last = useRef<FormModel>(undefined)
  const current = read.text === text || text.length > AT_ONCE_CHARS ? read : { text, form: readForm(text) }
  if (current !== read) setRead(current)
  useEffect(() => {
    if (read.text === text) return
    const timer = setTimeout(() => setRead({ text, form: readForm(text) }), DELAY_MS)
    return () => clearTimeout(timer)
  }, [read, text])
  const { form } = current
  if (!('fault' in form)) last.current = form
  return useMemo(
    () => ({
      model: 'fault' in form ? last.current : form,
      fault: 'fault' in form ? form.fault : undefined,
      readNow(now) {
        const made = readForm(now)
        setRead({ text: now, form: made })
        return 'fault' in made ? undefined : made
      }
    }),
    [form]
  )
}
