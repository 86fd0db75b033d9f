/** Problems of the project in the window, in the dock: a click goes to the place. */
import { Button } from '@mantine/core'
import type { Finding } from '#shared/finding.ts'
import { keyOf, useChecked } from '../../lib/manifest.ts'
import { revealFinding } from '../../lib/reveal.ts'
import { useView, view } from '../../lib/view.ts'
import { Empty } from '../../ui/cards.tsx'
import { FindingList } from '../../ui/finding-list.tsx'

export function ProblemsTab() {
  const path = useView(state => state.projectPath)
  const { findings } = useChecked(path)
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
  return (
    <FindingList
      key={findings.length === 0 ? '' : keyOf(findings[0] as Finding)}
      findings={findings}
      onOpen={revealFinding}
    />
  )
}
