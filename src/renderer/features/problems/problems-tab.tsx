/** Problems of the project in the window, in the dock: a click goes to the place. */
import { Button } from '@mantine/core'
import { applyEdits, type Finding } from '#shared/finding.ts'
import { draftOf, editText } from '../../lib/drafts.ts'
import { useChecked, useManifestFile } from '../../lib/manifest.ts'
import { revealFinding } from '../../lib/reveal.ts'
import { useView, view } from '../../lib/view.ts'
import { Empty } from '../../ui/cards.tsx'
import { FindingList } from '../../ui/finding-list.tsx'

export function ProblemsTab() {
  const path = useView(state => state.projectPath)
  const { findings, text } = useChecked(path)
  const file = useManifestFile(path).data

  /** Edits speak of the text they were found in; a newer text gets its own findings in a moment. */
  function fix(finding: Finding) {
    const now = path === undefined ? undefined : (draftOf(path)?.text ?? file?.text)
    if (path === undefined || !file || now === undefined || now !== text) return
    if (!finding.fix || (finding.file ?? file.file) !== file.file) return revealFinding(finding)
    editText(path, applyEdits(now, finding.fix.edits), file)
  }

  if (path === undefined) {
    return (
      <Empty
        title="No project is open"
        actions={<Button onClick={() => view.go('project')}>Open a folder</Button>}
      >
        What the checks say of a project's manifest and files shows here.
      </Empty>
    )
  }
  if (findings === undefined) return null
  if (findings.length === 0)
    return <Empty title="No problems">The manifest keeps every rule, and so do the files.</Empty>
  return <FindingList findings={findings} onOpen={revealFinding} onFix={fix} />
}
