/** The version to publish: one click raises it, another undoes that. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import { t } from '#shared/language.ts'
import type { Publishable } from '#shared/publishing.ts'
import { useProjectActions } from '../../actions/project.ts'
import type { Candidate } from '../../host/publishing.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { Glyph } from '../../ui/state.tsx'
import { PARTS } from './labels.ts'
import styles from './publish.module.css'

interface VersionChoiceProps {
  readonly candidate: Candidate
  readonly inspection: Publishable
}

export function VersionChoice({ candidate: { path, status }, inspection }: VersionChoiceProps) {
  const actions = useProjectActions()
  const [before, setBefore] = useState<string>()
  const [busy, setBusy] = useState(false)
  const version = inspection.manifest?.App.Version ?? ''
  const change = async (to: string, from: string | undefined) => {
    setBusy(true)
    await actions.setVersion(path, version, to)
    setBefore(from)
    setBusy(false)
  }
  const { exists, unchanged } = status
  const notice = statusText(version, exists !== undefined, unchanged?.version)
  if (!inspection.next && !notice) return null
  return (
    <div className={styles.version}>
      {notice ? (
        <p className={exists ? styles.exists : styles.dim}>
          {exists ? <Glyph tone="busy" /> : null}
          {notice}
        </p>
      ) : null}
      {inspection.next ? (
        // biome-ignore lint/a11y/useSemanticElements: these are buttons, not a form
        <div className={styles.bumps} role="group" aria-label={t`Version`}>
          <span className={styles.dim}>{t`Version ${version}`}</span>
          {PARTS.map(([part, name]) => (
            <Button
              key={part}
              disabled={busy}
              variant={exists && part === 'patch' ? 'light' : 'default'}
              title={t`Writes ${inspection.next?.[part] ?? ''} into the manifest (${cliCommand.bump(path, part)})`}
              onClick={() => void change(inspection.next?.[part] ?? version, before ?? version)}
            >
              {name} {inspection.next?.[part]}
            </Button>
          ))}
          {before !== undefined && before !== version ? (
            <Button variant="subtle" disabled={busy} onClick={() => void change(before, undefined)}>
              {t`Back to ${before}`}
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}

function statusText(version: string, exists: boolean, unchanged: string | undefined): string | undefined {
  if (unchanged !== undefined) {
    return unchanged === version
      ? t`Nothing has changed since ${unchanged}, which is published.`
      : t`Nothing has changed since ${unchanged}.`
  }
  return exists ? t`${version} is published already, and a version never changes.` : undefined
}
