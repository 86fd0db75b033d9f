/** The button that shows the line an app failed at; hidden if no traceback leads into the open project. */
import { Button } from '@mantine/core'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { rich } from '../ui/rich.ts'
import { Name } from '../ui/text.tsx'
import { showFailingLine, useFailingLine } from './failing-line.ts'

export function FailingLineButton({ instance }: { instance: Instance }) {
  const failing = useFailingLine(instance)
  if (!failing) return null
  const { file, line } = failing
  return (
    <Button title={t`${file}, as it is in the project now`} onClick={() => showFailingLine(failing)}>
      {rich`Show line ${line} of\u00a0${<Name title={file}>{file.slice(file.lastIndexOf('/') + 1)}</Name>}`}
    </Button>
  )
}
