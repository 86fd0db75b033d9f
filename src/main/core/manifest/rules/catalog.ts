/** Checks App.Category and App.Keywords, which the catalog uses to find an app. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { CATEGORIES } from '#shared/manifest.ts'
import { nearest } from '#shared/spelling.ts'
import { type ManifestView, remark, setFix } from './view.ts'

export function catalogRules(view: ManifestView): Finding[] {
  return [...category(view), ...keywords(view), ...title(view)]
}

function category(view: ManifestView): Finding[] {
  const value = view.app.Category
  const path = ['App', 'Category']
  if (typeof value !== 'string' || (CATEGORIES as readonly string[]).includes(value)) return []
  if (value.trim().toLowerCase() === 'all') {
    const message = t`"All" is what the catalog shows without a filter, not a category of an app.`
    const fix = setFix(view, t`Use "Other"`, path, 'Other')
    return [remark(view, { rule: 'category-all', severity: 'warning', path, message, fix })]
  }
  const near = nearest(value, CATEGORIES)
  const fix = near ? setFix(view, t`Use "${near}"`, path, near) : undefined
  const message = t`The catalog does not know the category "${value}". It knows ${CATEGORIES.join(', ')}.`
  return [remark(view, { rule: 'category-unknown', severity: 'warning', path, message, fix })]
}

function keywords(view: ManifestView): Finding[] {
  const list = view.app.Keywords
  if (!Array.isArray(list) || !list.every(item => typeof item === 'string')) return []
  const kept = [...new Set(list.map(item => item.trim()).filter(Boolean))]
  if (kept.length === list.length) return []
  const path = ['App', 'Keywords']
  const fix = setFix(view, t`Remove them`, path, kept)
  const message = t`Some Keywords are empty or listed twice.`
  return [remark(view, { rule: 'keywords-idle', severity: 'warning', path, message, fix })]
}

function title(view: ManifestView): Finding[] {
  const value = view.app.Title
  if (typeof value !== 'string' || value.trim() !== '') return []
  const path = ['App', 'Title']
  const fix = setFix(view, t`Remove it`, path, undefined)
  const message = t`Title is empty; without it, the Name is shown.`
  return [remark(view, { rule: 'title-empty', severity: 'warning', path, message, fix })]
}
