/** Opening a folder where the host has no dialog of its own: by its path on the host's computer. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useProjectActions } from '../../lib/actions.ts'

export function OpenDialog({ onClose }: { onClose: () => void }) {
  const actions = useProjectActions()
  const [path, setPath] = useState('')
  return (
    <Modal opened onClose={onClose} title="Open a folder">
      <form
        onSubmit={event => {
          event.preventDefault()
          onClose()
          void actions.open(path.trim())
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Path of the folder"
            description="On the computer that runs q8s. A .qz bundle can be given too."
            placeholder="/home/me/my-app"
            data-autofocus
            value={path}
            onChange={event => setPath(event.currentTarget.value)}
          />
          <Text c="dimmed">
            Or close this and drop the folder anywhere in the window; a copy of it is opened then.
          </Text>
          <Group justify="flex-end">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" disabled={path.trim() === ''}>
              Open
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
