/** Buttons of empty pages that lead to a project: open one, or go to the open one. */
import { Button } from '@mantine/core'
import { t } from '#shared/language.ts'
import { useHostInfo } from '../host/queries.ts'
import { useView, view } from '../window/view.ts'
import { useProjectActions } from './project.ts'

export function OpenFolder() {
  const actions = useProjectActions()
  const canPick = useHostInfo()?.canPickFolder ?? false
  return <Button onClick={() => void actions.choose(canPick)}>{t`Open a folder`}</Button>
}

/** The two buttons for a first project. */
export function Begin() {
  const actions = useProjectActions()
  return (
    <>
      <OpenFolder />
      <Button onClick={() => void actions.sample()}>{t`Try the sample app`}</Button>
    </>
  )
}

export function ToProject() {
  const isOpen = useView(state => state.projectPath !== undefined)
  return isOpen ? <Button onClick={() => view.go('project')}>{t`Go to the project`}</Button> : <Begin />
}
