/** Shows a `.qz` without unpacking it: facts, files, manifest and changes; and a button to publish it. */
import { Button, Group, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { BundleListing } from '#shared/bundle.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { useHost } from '../../../host/client.ts'
import { cliCommand } from '../../../labels/cli-command.ts'
import { plural } from '../../../labels/humanise.ts'
import { AppIcon } from '../../../ui/app-icon.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { FileTextView } from '../../../ui/file-text.tsx'
import { FileTree } from '../../../ui/file-tree.tsx'
import { rich } from '../../../ui/rich.ts'
import { RowsSkeleton } from '../../../ui/skeletons.tsx'
import { Bytes, Name } from '../../../ui/text.tsx'
import { buildTree, visibleRows } from '../../../ui/tree-nodes.ts'
import { CliCommand, CopyButton } from '../../../window/copy.tsx'
import { openDialog } from '../../../window/dialogs.ts'
import { ErrorCard } from '../../../window/error-card.tsx'
import { FindingList } from '../../../window/finding-list.tsx'
import { Changes } from './changes.tsx'
import { FileDialog, type ShownFile } from './file-dialog.tsx'
import styles from './files.module.css'
import { useOpenFolders } from './open-folders.ts'

interface BundleViewerProps {
  readonly file: string
  readonly onClose: () => void
}

export function BundleViewer({ file, onClose }: BundleViewerProps) {
  const { orpc } = useHost()
  const listing = useQuery(orpc.projects.inspect.queryOptions({ input: { file }, staleTime: 0 }))
  const bundle = listing.data
  const app = bundle?.manifest?.App
  const title = app ? `${app.Title || app.Name} ${app.Version}` : t`Look into a bundle`
  return (
    <Dialog onClose={onClose} title={<Name>{title}</Name>} size="min(1080px, 96vw)">
      <div className={styles.viewer}>
        {listing.isPending ? <RowsSkeleton rows={8} /> : null}
        <ErrorCard
          error={listing.error}
          title={t`This bundle cannot be read`}
          onRetry={() => void listing.refetch()}
        />
        {bundle ? <Inside file={file} bundle={bundle} /> : null}
        <Group justify="space-between" wrap="nowrap">
          <div className={styles.viewerFacts}>
            <CliCommand command={cliCommand.inspect(file)} />
          </div>
          <Group wrap="nowrap">
            <Button onClick={onClose}>{t`Close`}</Button>
            <Button
              variant="filled"
              disabled={!bundle}
              onClick={() => openDialog({ kind: 'publish', paths: [file] })}
            >
              {t`Import…`}
            </Button>
          </Group>
        </Group>
      </div>
    </Dialog>
  )
}

type Part = 'files' | 'manifest' | 'findings' | 'changes'

function Inside({ file, bundle }: { file: string; bundle: BundleListing }) {
  const { orpc } = useHost()
  const inspection = useQuery(orpc.publishing.look.queryOptions({ input: { path: file } })).data
  const [part, setPart] = useState<Part>('files')
  const [shown, setShown] = useState<ShownFile>()
  const { manifest, entries, findings, sha256, size } = bundle
  const unpacked = entries.reduce((sum, entry) => sum + entry.size, 0)
  const files = entries.filter(({ kind }) => kind !== 'folder').length
  return (
    <>
      <div className={styles.viewerHead}>
        <AppIcon
          title={manifest?.App.Title || manifest?.App.Name || file}
          icon={inspection?.icon}
          size={56}
        />
        <div className={styles.viewerFacts}>
          <Facts
            rows={[
              [t`Name`, manifest ? <Name key="name">{manifest.App.Name}</Name> : undefined],
              [t`File`, <Name key="file">{file}</Name>],
              [
                t`Size`,
                <span key="size">
                  {rich`${<Bytes value={size} />}, unpacked ${<Bytes value={unpacked} />}
                    in ${plural(files, 'file')}`}
                </span>
              ],
              [
                'SHA-256',
                <code key="sha" title={sha256}>
                  {sha256}
                </code>
              ]
            ]}
          />
        </div>
        <CopyButton text={sha256} label={t`Copy SHA-256`} />
      </div>
      <Group>
        <SegmentedControl
          aria-label={t`What to show of the bundle`}
          size="xs"
          value={part}
          onChange={value => setPart(value as Part)}
          data={[
            { value: 'files', label: t`Files` },
            { value: 'manifest', label: t`Manifest` },
            {
              value: 'findings',
              label: findings.length > 0 ? t`Findings (${findings.length})` : t`Findings`
            },
            { value: 'changes', label: t`Changes` }
          ]}
        />
      </Group>
      <div className={styles.viewerBody}>
        {part === 'files' ? <Entries bundle={bundle} onOpen={setShown} /> : null}
        {part === 'manifest' ? <ManifestText file={file} bundle={bundle} /> : null}
        {part === 'findings' ? <Findings findings={findings} onOpen={setShown} /> : null}
        {part === 'changes' ? <Changes path={file} name={manifest?.App.Name} /> : null}
      </div>
      {shown ? <FileDialog path={file} {...shown} onClose={() => setShown(undefined)} /> : null}
    </>
  )
}

interface EntriesProps {
  readonly bundle: BundleListing
  readonly onOpen: (file: ShownFile) => void
}

function Entries({ bundle, onOpen }: EntriesProps) {
  const [open, toggle] = useOpenFolders()
  const [selected, setSelected] = useState<string>()
  const roots = useMemo(() => {
    const files = bundle.entries.map(({ path, size, kind }) => {
      return { path, size, included: true, ...(kind === 'link' && { reason: { code: 'link' as const } }) }
    })
    return buildTree(files, bundle.findings)
  }, [bundle])
  const rows = useMemo(() => visibleRows(roots, { open, shown: 'all', filter: '' }), [roots, open])
  return (
    <FileTree
      label={t`Files of the bundle`}
      rows={rows}
      open={open}
      onToggle={toggle}
      selected={selected}
      onSelect={setSelected}
      onOpen={(node, finding) => {
        if (!node.folder) onOpen({ file: node.path, finding })
      }}
      none={t`There is nothing in it.`}
    />
  )
}

const MANIFESTS = ['q-app.toml', 'app.toml']

function ManifestText({ file, bundle }: { file: string; bundle: BundleListing }) {
  const { orpc } = useHost()
  const name = MANIFESTS.find(path => bundle.entries.some(entry => entry.path === path)) ?? 'q-app.toml'
  const text = useQuery(orpc.preview.text.queryOptions({ input: { path: file, file: name } }))
  if (text.error) return <ErrorCard error={text.error} title={t`The manifest cannot be shown`} />
  if (!text.data) return <RowsSkeleton rows={8} />
  return <FileTextView label={t`Text of ${name}`} file={text.data} />
}

interface FindingsProps {
  readonly findings: readonly Finding[]
  readonly onOpen: (file: ShownFile) => void
}

function Findings({ findings, onOpen }: FindingsProps) {
  if (findings.length === 0) return <p className={styles.note}>{t`Nothing speaks against it.`}</p>
  return (
    <FindingList
      findings={findings}
      onOpen={finding => {
        if (finding.file !== undefined) onOpen({ file: finding.file, finding })
      }}
    />
  )
}
