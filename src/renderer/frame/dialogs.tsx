/** Shows the dialog that the window has opened. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { t } from '#shared/language.ts'
import { DockerDialog } from '../features/diagnosis/docker-dialog.tsx'
import { LoadImageDialog } from '../features/diagnosis/load-image-dialog.tsx'
import { SupportDialog } from '../features/diagnosis/support-dialog.tsx'
import { InstanceFile } from '../features/instances/instance-file.tsx'
import { BundleViewer } from '../features/project/files/bundle-viewer.tsx'
import { InitDialog } from '../features/project/init-dialog.tsx'
import { OpenDialog } from '../features/project/open-dialog.tsx'
import { PublishSheet } from '../features/publish/publish-sheet.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { type Confirmation, closeDialog, useDialog } from '../window/dialogs.ts'
import { Palette } from './palette.tsx'
import { ShortcutSheet } from './shortcut-sheet.tsx'

export function Dialogs() {
  const { dialog } = useDialog()
  switch (dialog?.kind) {
    case 'open-project':
      return <OpenDialog onClose={closeDialog} />
    case 'init-project':
      return <InitDialog path={dialog.path} reason={dialog.reason} onClose={closeDialog} />
    case 'publish':
      return <PublishSheet key={dialog.paths.join('\n')} paths={dialog.paths} onClose={closeDialog} />
    case 'support':
      return <SupportDialog onClose={closeDialog} />
    case 'load-image':
      return <LoadImageDialog onClose={closeDialog} />
    case 'docker':
      return <DockerDialog onClose={closeDialog} />
    case 'bundle':
      return <BundleViewer key={dialog.file} file={dialog.file} onClose={closeDialog} />
    case 'instance-file':
      return <InstanceFile key={dialog.path} {...dialog} onClose={closeDialog} />
    case 'shortcuts':
      return <ShortcutSheet />
    case 'palette':
      return <Palette />
    case 'confirm':
      return <Confirm {...dialog} />
    default:
      return null
  }
}

function Confirm({ title, text, action, destructive, onConfirm }: Confirmation) {
  return (
    <Dialog onClose={closeDialog} title={title}>
      <Stack gap="md">
        <Text>{text}</Text>
        <Group justify="flex-end">
          <Button onClick={closeDialog} data-autofocus>
            {t`Cancel`}
          </Button>
          <Button
            variant="filled"
            color={destructive ? 'red' : 'accent'}
            onClick={() => {
              closeDialog()
              onConfirm()
            }}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
