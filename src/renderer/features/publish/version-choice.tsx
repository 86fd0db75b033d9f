/** The version it would be published under: raised by one click, taken back by another. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import { t } from '#shared/language.ts'
import type { Publishable } from '#shared/publishing.ts'
import { useProjectActions } from '../../actions/project.ts'
import type { Candidate } from '../../host/publishing.ts'
import { twin } from '../../labels/cli-command.ts'
import { Glyph } from '../../ui/state.tsx'
import styles from './publish.module.css'
import { PARTS } from './words.ts'

interface VersionChoiceProps {
  readonly candidate: Candidate
  readonly look: Publishable
}

export function VersionChoice({ candidate: { path, standing }, look }: VersionChoiceProps) {
  const actions = useProjectActions()
  const [before, setBefore] = useState<string>()
  const [busy, setBusy] = useState(false)
  const version = look.manifest?.App.Version ?? ''
  const change = async (to: string, from: string | undefined) => {
    setBusy(true)
    await actions.setVersion(path, version, to)
    setBefore(from)
    setBusy(false)
  }
  const { exists, unchanged } = standing
  const notice = standingText(version, exists !== undefined, unchanged?.version)
  if (!look.next && !notice) return null
  return (
    <div className={styles.version}>
      {notice ? (
        <p className={exists ? styles.exists : styles.dim}>
          {exists ? <Glyph tone="busy" /> : null}
          {notice}
        </p>
      ) : null}
      {look.next ? (
        // biome-ignore lint/a11y/useSemanticElements: these are buttons and no form
        <div className={styles.bumps} role="group" aria-label={t`Version`}>
          <span className={styles.dim}>{t`Version ${version}`}</span>
          {PARTS.map(([part, name]) => (
            <Button
              key={part}
              disabled={busy}
              variant={exists && part === 'patch' ? 'light' : 'default'}
              title={t`Writes ${look.next?.[part] ?? ''} into the manifest (${twin.bump(path, part)})`}
              onClick={() => void change(look.next?.[part] ?? version, before ?? version)}
            >
              {name} {look.next?.[part]}
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

function standingText(version: string, exists: boolean, unchanged: string | undefined): string | undefined {
  if (unchanged !== undefined) {
    return unchanged === version
      ? t`Nothing has changed since ${unchanged}, which is published.`
      : t`Nothing has changed since ${unchanged}.`
  }
  return exists ? t`${version} is published already, and a version never changes.` : undefined
}
