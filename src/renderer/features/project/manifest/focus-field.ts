/** Finds the field of a place such as `Env[0].Name`, or the nearest one around it. */

/** Brings it into view, and the keyboard to it where asked. False where there is none. */
export function focusField(form: HTMLElement | null, path: string | undefined, focus: boolean): boolean {
  const field = form && path !== undefined ? fieldAt(form, path) : undefined
  if (!field) return false
  field.scrollIntoView({ block: 'nearest' })
  if (focus) field.querySelector<HTMLElement>('input, textarea, button')?.focus({ preventScroll: true })
  return true
}

function fieldAt(form: HTMLElement, path: string): HTMLElement | undefined {
  for (let name = path; name !== ''; name = name.replace(/(^|\.|\[)[^.[]*$/, '')) {
    const field = form.querySelector<HTMLElement>(`[data-path="${CSS.escape(name)}"]`)
    if (field) return field
  }
  return undefined
}
