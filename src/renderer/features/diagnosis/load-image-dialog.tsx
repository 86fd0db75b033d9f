/** Loads the runtime image from a file: for computers without the network access needed to build it. */
import { Button, FileButton, Group, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { useHost } from '../../host/client.ts'
import { useTypedPath } from '../../host/typed-path.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { CliCommand } from '../../window/copy.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { view } from '../../window/view.ts'
import styles from './diagnosis.module.css'

/** Resolves once the file is accepted, and throws if it is refused. The dock then shows the long-running job. */
async function untilTaken(client: Client, id: string): Promise<void> {
  for await (const { state, bytes, error } of await client.jobs.watch({ id })) {
    if (error) throw new AppError(error.code, error.message, error.hint)
    if (state !== 'running' || bytes) return
  }
}

export function LoadImageDialog({ onClose }: { onClose: () => void }) {
  const { client } = useHost()
  const [text, setText] = useState('')
  const file = useTypedPath()(text)
  const load = useMutation({
    async mutationFn() {
      const { jobId } = await client.projects.loadRuntime({ file })
      await untilTaken(client, jobId)
    },
    onSuccess() {
      onClose()
      view.showDock('jobs')
    }
  })
  // Only the Electron window knows the path of a chosen file, and it accepts no typed path.
  const bridge = window.q8s
  return (
    <Dialog onClose={onClose} title={t`Load the runtime image`} size={560}>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (file) load.mutate()
        }}
      >
        <Stack gap="sm">
          <p className={styles.lead}>
            {t`A file that the same version of q8s saved on another computer. Of any other file nothing
              is loaded.`}
          </p>
          <Group gap="xs" wrap="nowrap" align="end">
            <TextInput
              flex={1}
              label={t`File`}
              placeholder={bridge ? t`None is chosen yet` : '/media/usb/q8s-runtime.tar'}
              readOnly={bridge !== undefined}
              value={text}
              onChange={event => setText(event.currentTarget.value)}
              data-autofocus
            />
            {bridge ? (
              <FileButton onChange={chosen => chosen && void bridge.pathOf(chosen).then(setText)}>
                {props => <Button {...props}>{t`Choose…`}</Button>}
              </FileButton>
            ) : null}
          </Group>
          <ErrorCard error={load.error} title={t`It was not loaded`} />
          <CliCommand command={cliCommand.runtimeLoad(file || 'q8s-runtime.tar')} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t`Cancel`}</Button>
            <Button type="submit" variant="filled" disabled={!file} loading={load.isPending}>
              {t`Load`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
