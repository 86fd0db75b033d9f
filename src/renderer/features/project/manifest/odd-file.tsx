/** For a manifest that is gone, cannot be read, or is not text: the problem and what to do. */
import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { t } from '#shared/language.ts'
import type { ManifestText } from '#shared/project.ts'
import { toAppError } from '../../../host/errors.ts'
import { useConvertManifest, useRestoreManifest } from '../../../manifest/manifest.ts'
import parts from '../../../ui/parts.module.css'
import { ErrorCard } from '../../../window/error-card.tsx'
import { notifyError } from '../../../window/notify.tsx'
import styles from './manifest.module.css'

interface LostCardProps {
  readonly path: string
  readonly file: ManifestText
  readonly failure: Error
  readonly onRetry: () => void
}

export function LostCard({ path, file, failure, onRetry }: LostCardProps) {
  const restore = useRestoreManifest()
  const error = toAppError(failure)
  if (error.code !== 'NOT_FOUND') {
    return (
      <div className={styles.notice}>
        <ErrorCard error={error} title={t`${file.file} cannot be read now`} onRetry={onRetry} />
      </div>
    )
  }
  return (
    <Card
      title={t`${file.file} is gone`}
      text={t`Another program removed it, or moved its folder. Its text is still here.`}
    >
      <Doing title={t`The manifest was not written`} work={() => restore(path, file)}>
        {t`Write it again`}
      </Doing>
      <Button onClick={onRetry}>{t`Check again`}</Button>
    </Card>
  )
}

const PROBLEMS: Readonly<
  Record<NonNullable<ManifestText['problem']>, readonly [title: (file: string) => string, text: string]>
> = {
  'utf-16': [
    file => t`${file} is UTF-16, not UTF-8`,
    t`Neither q8s nor Python reads it so. Saved as UTF-8 it says the same.`
  ],
  encoding: [
    file => t`${file} is not UTF-8`,
    t`What cannot be read shows as \ufffd. Save it as UTF-8 in the program that wrote it;
      until then it is not changed here.`
  ],
  binary: [
    file => t`${file} is not a text`,
    t`It holds bytes that are not text. Restore an earlier version of it, or remove it and start again.`
  ],
  'too-large': [
    file => t`${file} is too large`,
    t`A manifest is a page of text, and at most 1 MiB is read. Keep data in files of their own.`
  ]
}

export function OddFileCard({ path, file }: { path: string; file: ManifestText }) {
  const convert = useConvertManifest()
  if (!file.problem) return null
  const [title, text] = PROBLEMS[file.problem]
  return (
    <Card title={title(file.file)} text={text}>
      {file.problem === 'utf-16' ? (
        <Doing title={t`The manifest was not saved`} work={() => convert(path, file)}>
          {t`Save as UTF-8`}
        </Doing>
      ) : null}
    </Card>
  )
}

function Card({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className={`${parts.card} ${styles.notice}`} data-tone="bad" role="alert">
      <p className={parts.cardTitle}>{title}</p>
      <p className={parts.cardText}>{text}</p>
      <div className={styles.restingActions}>{children}</div>
    </section>
  )
}

function Doing({ title, work, children }: { title: string; work: () => Promise<void>; children: string }) {
  const [busy, setBusy] = useState(false)
  async function run() {
    setBusy(true)
    await work().catch(error => notifyError(error, title))
    setBusy(false)
  }
  return (
    <Button loading={busy} onClick={() => void run()}>
      {children}
    </Button>
  )
}
