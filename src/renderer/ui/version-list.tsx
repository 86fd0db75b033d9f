/** A timeline of an app's versions, highest first; test versions only on request. */
import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { type App, isDeployVersion } from '#shared/app.ts'
import { t } from '#shared/language.ts'
import { count, plural } from '../labels/humanise.ts'
import type { AppGroup } from '../labels/versions.ts'
import { Section } from './panel.tsx'
import { Age, Name } from './text.tsx'
import styles from './version-list.module.css'
import { visibilityText } from './visibility.tsx'

interface VersionListProps {
  readonly group: AppGroup
  /** The version shown at the moment. */
  readonly selected?: App
  /** Number of versions shown at first; more on demand. */
  readonly few: number
  readonly onSelect: (app: App) => void
}

export function VersionList({ group, selected, few, onSelect }: VersionListProps) {
  const published = group.versions.filter(app => !isDeployVersion(app.version))
  const deploys = group.versions.length - published.length
  const [withDeploys, setWithDeploys] = useState(published.length === 0)
  const [all, setAll] = useState(false)
  const versions = withDeploys ? group.versions : published
  const shown = all ? versions : versions.slice(0, few)
  return (
    <Section title={plural(group.versions.length, 'version')}>
      {deploys > 0 && published.length > 0 ? (
        <Checkbox
          size="xs"
          label={t`Show ${plural(deploys, 'deploy')}`}
          checked={withDeploys}
          onChange={event => setWithDeploys(event.currentTarget.checked)}
        />
      ) : null}
      <ol className={styles.versions}>
        {shown.map(version => (
          <li key={version.id} data-visibility={version.visibility}>
            <button
              type="button"
              className={styles.version}
              aria-current={version.id === selected?.id}
              onClick={() => onSelect(version)}
            >
              <Name>{version.version}</Name>
              <span>{tagOf(version, group)}</span>
              <span>{visibilityText(version.visibility)}</span>
              <Age since={version.createdAt} />
            </button>
          </li>
        ))}
      </ol>
      {versions.length > shown.length ? (
        <Button onClick={() => setAll(true)}>{t`Show ${count(versions.length - shown.length)} more`}</Button>
      ) : null}
    </Section>
  )
}

function tagOf(app: App, { latest }: AppGroup): string {
  if (app.id === latest.id) return t`Latest`
  return isDeployVersion(app.version) ? t`By deploy` : ''
}
