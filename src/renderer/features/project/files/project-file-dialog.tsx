/** Shows a file of the project in the window; can add what its finding says is missing to requirements.txt. */
import { useProjectActions } from '../../../actions/project.ts'
import { FileDialog, type ShownFile } from './file-dialog.tsx'

interface ProjectFileDialogProps extends ShownFile {
  readonly path: string
  readonly onClose: () => void
}

export function ProjectFileDialog(props: ProjectFileDialogProps) {
  const { path, finding, onClose } = props
  const actions = useProjectActions()
  const requirements = finding?.fix?.requirements
  const fix = requirements && (() => void actions.addRequirements(path, requirements).then(onClose))
  return <FileDialog {...props} onFix={fix} />
}
