/** Checks an app's visible texts for invisible characters, and for characters that change the text's direction. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { hiddenSigns, withoutHidden } from '#shared/text.ts'
import { type ManifestView, remark, setFix } from './view.ts'

/** Name and Version are not here: their own rules already forbid such characters. */
const SHOWN = ['Title', 'Description', 'LongDescription', 'Category']

export function hiddenRules(view: ManifestView): Finding[] {
  return SHOWN.flatMap(key => {
    const value = view.app[key]
    const signs = typeof value === 'string' ? hiddenSigns(value) : []
    if (typeof value !== 'string' || signs.length === 0) return []
    const path = ['App', key]
    const message = t`${key} has invisible characters (${signs.join(', ')}).`
    const fix = setFix(view, t`Remove them`, path, withoutHidden(value))
    return [remark(view, { rule: 'text-hidden', severity: 'warning', path, message, fix })]
  })
}
