/** All rules that need only the manifest's text. Findings at one place are shown in this order. */
import type { Finding } from '#shared/finding.ts'
import { catalogRules } from './catalog.ts'
import { envRules } from './env.ts'
import { hiddenRules } from './hidden.ts'
import { moduleRules } from './module.ts'
import { nameRules } from './name.ts'
import { quantityRules } from './quantity.ts'
import { linkApp, requiredKeys, tableShapes, valueTypes } from './shape.ts'
import { unknownRules } from './unknown.ts'
import { versionRules } from './version.ts'
import type { ManifestView, Rule } from './view.ts'
import { volumeRules } from './volume.ts'

const RULES: readonly Rule[] = [
  linkApp,
  requiredKeys,
  tableShapes,
  valueTypes,
  nameRules,
  versionRules,
  catalogRules,
  hiddenRules,
  moduleRules,
  volumeRules,
  quantityRules,
  envRules,
  unknownRules
]

export function textRules(view: ManifestView): Finding[] {
  return RULES.flatMap(rule => rule(view))
}
