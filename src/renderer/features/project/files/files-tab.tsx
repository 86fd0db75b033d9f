/** A preview of the project's bundle: included and excluded files, sizes and changes. */
import { NativeSelect, SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { FileEntry } from '#shared/bundle.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { useChosenFiles } from '../../../actions/choose-files.ts'
import { cliCommand } from '../../../labels/cli-command.ts'
import { plural } from '../../../labels/humanise.ts'
import { useChecked, useProjectFiles } from '../../../manifest/manifest.ts'
import { FileTree } from '../../../ui/file-tree.tsx'
import { RowsSkeleton } from '../../../ui/skeletons.tsx'
import { Bytes } from '../../../ui/text.tsx'
import { buildTree, largestFirst, type TreeNode, type TreeView, visibleRows } from '../../../ui/tree-nodes.ts'
import { CopyCliCommand } from '../../../window/copy.tsx'
import { ErrorCard } from '../../../window/error-card.tsx'
import { Filter } from '../../../window/page.tsx'
import { useView } from '../../../window/view.ts'
import { Changes } from './changes.tsx'
import type { ShownFile } from './file-dialog.tsx'
import styles from './files.module.css'
import { Largest } from './largest.tsx'
import { useOpenFolders } from './open-folders.ts'
import { ProjectFileDialog } from './project-file-dialog.tsx'
import { Shares } from './shares.tsx'

const VIEWS = [
  { value: 'tree', label: t`Tree` },
  { value: 'largest', label: t`Largest` },
  { value: 'changes', label: t`Changes` }
] as const
export type FilesView = (typeof VIEWS)[number]['value']

interface FilesTabProps {
  readonly path: string
  readonly view: FilesView
  readonly onView: (view: FilesView) => void
}

export function FilesTab({ path, view, onView }: FilesTabProps) {
  const files = useProjectFiles(path)
  const { manifest } = useChecked(path)
  const [shown, setShown] = useState<TreeView['shown']>('all')
  const [file, setFile] = useState<ShownFile>()
  const { data, error } = files
  const tree = useMemo(() => (data ? buildTree(data.entries, data.findings) : []), [data])
  const found = data?.findings.some(finding => finding.file !== undefined) ?? false
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <SegmentedControl
          aria-label={t`How to show the files`}
          size="xs"
          value={view}
          onChange={value => onView(value as FilesView)}
          data={[...VIEWS]}
        />
        {view === 'tree' ? (
          <NativeSelect
            aria-label={t`Which files`}
            size="xs"
            value={shown}
            onChange={event => setShown(event.currentTarget.value as TreeView['shown'])}
            data={[
              { value: 'all', label: t`All files` },
              { value: 'in', label: t`In the bundle` },
              { value: 'out', label: t`Left out` },
              { value: 'findings', label: t`With findings`, disabled: !found }
            ]}
          />
        ) : null}
        <span className={styles.sum}>
          {data ? (
            <>
              {plural(data.count, 'file')}, <Bytes value={data.size} />
            </>
          ) : null}
        </span>
        {view === 'changes' ? null : (
          <>
            <Filter page="project" label={t`Filter files`} />
            <CopyCliCommand commands={[[t`List the files`, cliCommand.files(path)]]} />
          </>
        )}
      </div>
      {view === 'changes' ? (
        <Changes path={path} name={manifest?.App.Name} />
      ) : error ? (
        <div className={styles.error}>
          <ErrorCard
            error={error}
            title={t`The files cannot be listed`}
            onRetry={() => void files.refetch()}
          />
        </div>
      ) : data === undefined ? (
        <RowsSkeleton rows={10} />
      ) : (
        <>
          <Shares roots={tree} total={data.size} budget={data.budget} />
          {view === 'tree' ? (
            <ProjectTree path={path} roots={tree} shown={shown} onOpen={setFile} />
          ) : (
            <LargestOf entries={data.entries} total={data.size} onOpen={setFile} />
          )}
        </>
      )}
      {file ? <ProjectFileDialog path={path} {...file} onClose={() => setFile(undefined)} /> : null}
    </div>
  )
}

interface ProjectTreeProps {
  readonly path: string
  readonly roots: readonly TreeNode[]
  readonly shown: TreeView['shown']
  readonly onOpen: (file: ShownFile) => void
}

function ProjectTree({ path, roots, shown, onOpen }: ProjectTreeProps) {
  const filter = useView(state => state.filters.project ?? '')
  const { choose, busy } = useChosenFiles(path)
  const [open, toggle] = useOpenFolders()
  const [selected, setSelected] = useState<string>()
  const rows = useMemo(() => visibleRows(roots, { open, shown, filter }), [roots, open, shown, filter])
  const show = (node: TreeNode, finding?: Finding) => {
    if (!node.folder && node.state === 'in') onOpen({ file: node.path, finding })
  }
  return (
    <div className={styles.fill} aria-busy={busy} data-busy={busy || undefined}>
      <FileTree
        label={t`Files of the project`}
        rows={rows}
        open={open}
        onToggle={toggle}
        selected={selected}
        onSelect={setSelected}
        onOpen={show}
        onChoose={(node, included) => void choose([node.path], included)}
        none={t`No file matches.`}
      />
    </div>
  )
}

interface LargestOfProps {
  readonly entries: readonly FileEntry[]
  readonly total: number
  readonly onOpen: (file: ShownFile) => void
}

function LargestOf({ entries, total, onOpen }: LargestOfProps) {
  const filter = useView(state => state.filters.project ?? '')
  const files = useMemo(() => largestFirst(entries), [entries])
  return <Largest files={files} total={total} filter={filter} onOpen={file => onOpen({ file })} />
}
