/** Opens a folder by its path on the host's computer, for hosts without a folder dialog. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { t } from '#shared/language.ts'
import { useProjectActions } from '../../actions/project.ts'
import { useTypedPath } from '../../host/typed-path.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorCard } from '../../window/error-card.tsx'

export function OpenDialog({ onClose }: { onClose: () => void }) {
  const actions = useProjectActions()
  const [path, setPath] = useState('')
  const typedPath = useTypedPath()
  const open = useMutation({
    mutationFn: () => actions.tryOpen(typedPath(path)),
    onSuccess: opened => opened && onClose()
  })
  return (
    <Dialog onClose={onClose} title={t`Open a folder`}>
      <form
        onSubmit={event => {
          event.preventDefault()
          open.mutate()
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t`Path of the folder`}
            description={t`On the computer that runs q8s. A .qz bundle can be given too.`}
            placeholder="/home/me/my-app"
            data-autofocus
            value={path}
            onChange={event => {
              setPath(event.currentTarget.value)
              open.reset()
            }}
          />
          <Text c="dimmed">
            {t`Or close this and drop the folder anywhere in the window; a copy of it is opened then.`}
          </Text>
          <ErrorCard error={open.error} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t`Cancel`}</Button>
            <Button type="submit" variant="filled" loading={open.isPending} disabled={path.trim() === ''}>
              {t`Open`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
