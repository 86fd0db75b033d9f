/** The page of the project in the window: its manifest, files and actions. */
import { Button, Group, SegmentedControl } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { useProjectActions } from '../../actions/project.ts'
import { useHostInfo } from '../../host/queries.ts'
import { plural } from '../../labels/humanise.ts'
import { useChecked, useManifestFile } from '../../manifest/manifest.ts'
import { Scroll } from '../../ui/panel.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Name } from '../../ui/text.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { Page } from '../../window/page.tsx'
import { type RevealRequest, revealed, useReveal } from '../../window/reveal.ts'
import { useView } from '../../window/view.ts'
import type { ShownFile } from './files/file-dialog.tsx'
import { FilesTab, type FilesView } from './files/files-tab.tsx'
import { ProjectFileDialog } from './files/project-file-dialog.tsx'
import { ProjectPanel } from './project-panel.tsx'
import { Welcome } from './welcome.tsx'

/** Loads editor, form and parsers when a project is first shown. */
const ManifestTab = lazy(async () => ({ default: (await import('./manifest/manifest-tab.tsx')).ManifestTab }))

/** Findings about size lead to the list of the largest files. */
const SIZE_RULES: ReadonlySet<string> = new Set(['size-budget', 'bundle-limit'])

export function ProjectPage() {
  const path = useView(state => state.projectPath)
  return path === undefined ? <Welcome /> : <OpenProject key={path} path={path} />
}

function OpenProject({ path }: { path: string }) {
  const [tab, setTab] = useState<'manifest' | 'files' | 'overview'>('manifest')
  // If there is no room for the side panel, it becomes a tab.
  const narrow = useMediaQuery('(max-width: 960px)')
  const shown = tab === 'overview' && !narrow ? 'manifest' : tab
  const file = useManifestFile(path)
  const { findings, manifest } = useChecked(path)
  const request = useReveal(state => state.request)
  const [seen, setSeen] = useState<RevealRequest>()
  const [elsewhere, setElsewhere] = useState<ShownFile>()
  const [filesView, setFilesView] = useState<FilesView>('tree')
  if (request && file.data && request !== seen) {
    setSeen(request)
    const place = placeElsewhere(request.finding, file.data.file)
    const isSize = SIZE_RULES.has(request.finding.rule)
    setElsewhere(place)
    setTab(place || isSize ? 'files' : 'manifest')
    if (isSize) setFilesView('largest')
  }
  useEffect(() => {
    if (seen && tab === 'files') revealed(seen)
  }, [seen, tab])
  if (file.error && !file.data) return <Unreadable path={path} />
  return (
    <Page
      title={manifest?.App.Title ?? manifest?.App.Name ?? folderName(path)}
      summary={findings ? findingsText(findings) : undefined}
      tools={
        <SegmentedControl
          aria-label={t`What to show of the project`}
          size="xs"
          value={shown}
          onChange={value => setTab(value as typeof tab)}
          data={[
            { value: 'manifest', label: t`Manifest` },
            { value: 'files', label: t`Files` },
            ...(narrow ? [{ value: 'overview', label: t`Run and publish` }] : [])
          ]}
        />
      }
      panel={narrow ? undefined : <ProjectPanel path={path} />}
    >
      {file.data === undefined ? (
        <RowsSkeleton rows={10} />
      ) : shown === 'overview' ? (
        <ProjectPanel path={path} />
      ) : shown === 'manifest' ? (
        <Suspense fallback={<RowsSkeleton rows={10} />}>
          <ManifestTab
            path={path}
            file={file.data}
            failure={file.error}
            onRetry={() => void file.refetch()}
          />
        </Suspense>
      ) : (
        <FilesTab path={path} view={filesView} onView={setFilesView} />
      )}
      {elsewhere ? (
        <ProjectFileDialog path={path} {...elsewhere} onClose={() => setElsewhere(undefined)} />
      ) : null}
    </Page>
  )
}

/** Shows a finding of another file than the manifest in that file. */
function placeElsewhere(finding: Finding, manifestFile: string): ShownFile | undefined {
  const { file } = finding
  return file === undefined || file === manifestFile ? undefined : { file, finding }
}

function Unreadable({ path }: { path: string }) {
  const file = useManifestFile(path)
  const info = useHostInfo()
  const actions = useProjectActions()
  return (
    <Page title={t`Project`} summary={<Name>{path}</Name>}>
      <Scroll>
        <Group align="flex-start" maw={640}>
          <ErrorCard
            error={file.error}
            title={t`This project cannot be read`}
            onRetry={() => void file.refetch()}
            action={
              <Button onClick={() => void actions.choose(info?.canPickFolder ?? false)}>
                {t`Open another folder`}
              </Button>
            }
          />
        </Group>
      </Scroll>
    </Page>
  )
}

function findingsText(findings: readonly { severity: string }[]): string {
  const errors = findings.filter(finding => finding.severity === 'error').length
  const warnings = findings.filter(finding => finding.severity === 'warning').length
  const parts = [
    ...(errors > 0 ? [plural(errors, 'problem')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : [])
  ]
  return parts.length === 0 ? t`No problems` : parts.join(', ')
}

function folderName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
}
