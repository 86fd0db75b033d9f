/** The dock's list of the project's problems: a click opens the place. A long list can be filtered. */
import { TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { applyEdits, type Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { OpenFolder } from '../../actions/begin.tsx'
import { useProjectActions } from '../../actions/project.ts'
import { matchesFilter } from '../../labels/row-filter.ts'
import { draftOf, editText } from '../../manifest/drafts.ts'
import { useChecked, useManifestFile } from '../../manifest/manifest.ts'
import { Chips } from '../../ui/chips.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FindingList } from '../../window/finding-list.tsx'
import { revealFinding } from '../../window/reveal.ts'
import { useView } from '../../window/view.ts'
import styles from './problems.module.css'

/** Up to this number, the list needs no filter. */
const FEW = 20

export function ProblemsTab() {
  const path = useView(state => state.projectPath)
  const { findings, text } = useChecked(path)
  const file = useManifestFile(path).data
  const actions = useProjectActions()

  /** The edits only fit the checked text; a newer text soon gets its own findings. */
  function fix(finding: Finding) {
    const requirements = finding.fix?.requirements
    if (path !== undefined && requirements) return void actions.addRequirements(path, requirements)
    const now = path === undefined ? undefined : (draftOf(path)?.text ?? file?.text)
    if (path === undefined || !file || now === undefined || now !== text) return
    if (!finding.fix || (finding.file ?? file.file) !== file.file) return revealFinding(finding)
    editText(path, applyEdits(now, finding.fix.edits), file)
  }

  if (path === undefined) {
    return (
      <Empty title={t`No project is open`} actions={<OpenFolder />}>
        {t`What the checks say of a project's manifest and files shows here.`}
      </Empty>
    )
  }
  if (findings === undefined) return null
  if (findings.length === 0)
    return <Empty title={t`No problems`}>{t`The manifest keeps every rule, and so do the files.`}</Empty>
  if (findings.length <= FEW) return <FindingList findings={findings} onOpen={revealFinding} onFix={fix} />
  return <ManyFindings key={path} findings={findings} onFix={fix} />
}

const KINDS = [
  { key: 'error', title: t`Errors` },
  { key: 'warning', title: t`Warnings` },
  { key: 'info', title: t`Notes` }
] as const

interface ManyFindingsProps {
  readonly findings: readonly Finding[]
  readonly onFix: (finding: Finding) => void
}

function ManyFindings({ findings, onFix }: ManyFindingsProps) {
  const [kind, setKind] = useState('all')
  const [filter, setFilter] = useState('')
  const chips = useMemo(() => {
    const counted = KINDS.map(chip => ({
      ...chip,
      count: findings.filter(({ severity }) => severity === chip.key).length
    }))
    return [
      { key: 'all', title: t`All`, count: findings.length },
      ...counted.filter(({ count }) => count > 0)
    ]
  }, [findings])
  // The problems of the chosen chip may be fixed by now.
  const chosen = chips.some(({ key }) => key === kind) ? kind : 'all'
  const shown = useMemo(
    () =>
      findings.filter(
        ({ severity, message, file, path }) =>
          (chosen === 'all' || severity === chosen) && matchesFilter(filter, message, file, path)
      ),
    [findings, chosen, filter]
  )
  return (
    <div className={styles.problems}>
      <div className={styles.bar}>
        <Chips label={t`Which problems`} chips={chips} active={chosen} onChange={setKind} />
        <TextInput
          type="search"
          size="xs"
          className={styles.filter ?? ''}
          aria-label={t`Filter problems`}
          placeholder={t`Filter`}
          leftSection={<Search size={14} />}
          value={filter}
          onChange={event => setFilter(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key !== 'Escape' || filter === '') return
            event.stopPropagation()
            setFilter('')
          }}
        />
      </div>
      {shown.length > 0 ? (
        <FindingList findings={shown} onOpen={revealFinding} onFix={onFix} />
      ) : (
        <Empty title={t`No problem matches`}>{t`Change the filter to see the others.`}</Empty>
      )}
    </div>
  )
}
