/** Finds the field of a place such as `Env[0].Name`, or of the nearest place around it. */

/** Scrolls to the field, and focuses it if `focus` is true. False if there is no field. */
export function focusField(form: HTMLElement | null, path: string | undefined, focus: boolean): boolean {
  if (!form || path === undefined) return false
  const field = fieldAt(form, path)
  if (!field) return false
  // A row not fully rendered yet renders and grows when it comes into view or gets the focus.
  const isFar = field.hasAttribute('data-far')
  field.scrollIntoView({ block: isFar ? 'center' : 'nearest' })
  if (!focus) return true
  if (isFar) {
    field.focus({ preventScroll: true })
    requestAnimationFrame(() => focusControl(fieldAt(form, path)))
  } else focusControl(field)
  return true
}

function focusControl(field: HTMLElement | undefined): void {
  field?.querySelector<HTMLElement>('input, textarea, button')?.focus({ preventScroll: true })
}

function fieldAt(form: HTMLElement, path: string): HTMLElement | undefined {
  for (let name = path; name !== ''; name = name.replace(/(^|\.|\[)[^.[]*$/, '')) {
    const field = form.querySelector<HTMLElement>(`[data-path="${CSS.escape(name)}"]`)
    if (field) return field
  }
  return undefined
}
