/** For a folder without a manifest: shows the new manifest, and writes it. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { useProjectActions } from '../../actions/project.ts'
import { useHost } from '../../host/client.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { CliCommand } from '../../window/copy.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import styles from './project.module.css'

interface InitDialogProps {
  readonly path: string
  /** Why the folder could not be opened. */
  readonly reason: AppError
  readonly onClose: () => void
}

interface Fields {
  readonly name: string
  readonly title: string
  readonly module: string
}

export function InitDialog({ path, reason, onClose }: InitDialogProps) {
  const { orpc, client } = useHost()
  const actions = useProjectActions()
  const detected = useQuery(orpc.projects.detect.queryOptions({ input: { path }, staleTime: 0 }))
  const [typed, setTyped] = useState<Partial<Fields>>({})
  const found = detected.data
  const fields: Fields = {
    name: found?.name ?? '',
    title: found?.title ?? '',
    module: found?.module ?? '',
    ...typed
  }
  const init = useMutation({
    mutationFn: () => client.projects.init({ path, from: 'manifest', ...fields }),
    onSuccess: async project => {
      onClose()
      await actions.open(project.path)
    }
  })
  const field = (key: keyof Fields, label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      value={fields[key]}
      onChange={event => setTyped({ ...typed, [key]: event.currentTarget.value })}
    />
  )
  return (
    <Dialog onClose={onClose} title={t`Make this folder a project?`} size="lg">
      <Stack gap="md">
        <Text>{reason.message}</Text>
        {detected.isPending ? <RowsSkeleton rows={4} /> : null}
        <ErrorCard error={detected.error} title={t`The folder cannot be read`} />
        {found ? (
          <>
            {field('name', t`Name`, t`Links the versions of the app together; never changes.`)}
            {field('title', t`Title`, t`What people read.`)}
            {field('module', t`Module`, t`The Python module that starts the app: python3 -m …`)}
            {found.evidence.length > 0 ? (
              <ul className={styles.detected}>
                {found.evidence.map(line => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            ) : null}
          </>
        ) : null}
        <ErrorCard error={init.error} />
        {found ? <CliCommand command={cliCommand.init(path, fields)} /> : null}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button
            variant="filled"
            disabled={!found || fields.name.trim() === ''}
            loading={init.isPending}
            onClick={() => init.mutate()}
          >
            {t`Write q-app.toml`}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
