/** The pages of the window, with their labels. */
import type { ComponentType } from 'react'
import { t } from '#shared/language.ts'
import { ActivityPage } from '../features/activity/activity-page.tsx'
import { CatalogPage } from '../features/catalog/catalog-page.tsx'
import { CleanUpPage } from '../features/cleanup/cleanup-page.tsx'
import { DiagnosisPage } from '../features/diagnosis/diagnosis-page.tsx'
import { InstancesPage, LocalPage } from '../features/instances/instances-page.tsx'
import { ProjectPage } from '../features/project/project-page.tsx'
import { RollOutPage } from '../features/rollout/rollout-page.tsx'
import { SecretsPage } from '../features/secrets/secrets-page.tsx'
import { SettingsPage } from '../features/settings/settings-page.tsx'
import type { PageId } from '../window/view.ts'

export const PAGE_VIEWS: Readonly<Record<PageId, { readonly title: string; readonly view: ComponentType }>> =
  {
    project: { title: t`Project`, view: ProjectPage },
    local: { title: t`Local`, view: LocalPage },
    catalog: { title: t`Catalog`, view: CatalogPage },
    instances: { title: t`Instances`, view: InstancesPage },
    secrets: { title: t`Secrets`, view: SecretsPage },
    activity: { title: t`Activity`, view: ActivityPage },
    diagnosis: { title: t`Diagnosis`, view: DiagnosisPage },
    settings: { title: t`Settings`, view: SettingsPage },
    cleanup: { title: t`Clean up`, view: CleanUpPage },
    rollout: { title: t`Roll out`, view: RollOutPage }
  }

/** The pages in the upper part of the rail. */
export const RAIL_PAGES = [
  'project',
  'local',
  'catalog',
  'instances',
  'secrets',
  'activity'
] as const satisfies PageId[]
