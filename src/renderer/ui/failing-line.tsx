/** The button that leads to the line an app failed at; none where no traceback leads into the open project. */
import { Button } from '@mantine/core'
import type { Instance } from '#shared/instance.ts'
import { showFailingLine, useFailingLine } from '../lib/failing-line.ts'
import { Name } from './text.tsx'

export function FailingLineButton({ instance }: { instance: Instance }) {
  const failing = useFailingLine(instance)
  if (!failing) return null
  const { file, line } = failing
  return (
    <Button title={`${file}, as it is in the project now`} onClick={() => showFailingLine(failing)}>
      Show line {line} of&nbsp;<Name title={file}>{file.slice(file.lastIndexOf('/') + 1)}</Name>
    </Button>
  )
}
