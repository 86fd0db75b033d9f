/** The support archive: shows its contents first, then saves exactly what was shown. */
import { Button, Group, Skeleton, UnstyledButton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { t } from '#shared/language.ts'
import { useHost } from '../../host/client.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Bytes } from '../../ui/text.tsx'
import { CliCommand } from '../../window/copy.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { saveFile } from '../../window/save-file.ts'
import styles from './diagnosis.module.css'

export function SupportDialog({ onClose }: { onClose: () => void }) {
  const { client, orpc } = useHost()
  const prepared = useQuery(
    orpc.system.prepareSupport.queryOptions({ staleTime: Infinity, gcTime: 0, refetchOnMount: 'always' })
  )
  const save = useMutation({
    async mutationFn(id: string) {
      const archive = await client.system.supportArchive({ id })
      saveFile(archive, `q8s-support-${new Date().toISOString().slice(0, 10)}.zip`)
    },
    onSuccess: onClose
  })
  const [shown, setShown] = useState('README.txt')
  const files = prepared.data?.files
  const file = files?.find(({ name }) => name === shown)
  return (
    <Dialog onClose={onClose} title={t`Support archive`} size={860}>
      <p className={styles.lead}>
        {t`What helps to find out why something does not work. Values of secrets, passwords and tokens
          are taken out; paths, names and what apps wrote otherwise are not. Nothing is sent anywhere.`}
      </p>
      <ErrorCard
        error={prepared.error ?? save.error}
        title={t`The archive could not be made`}
        onRetry={() => void prepared.refetch()}
      />
      {files ? (
        <div className={styles.archive}>
          <ul className={styles.files} aria-label={t`Files of the archive`}>
            {files.map(({ name, about, size }) => (
              <li key={name}>
                <UnstyledButton
                  className={styles.file}
                  aria-current={name === shown ? 'true' : undefined}
                  onClick={() => setShown(name)}
                >
                  <bdi className={styles.fileName} title={name}>
                    {about}
                  </bdi>
                  <Bytes value={size} />
                </UnstyledButton>
              </li>
            ))}
          </ul>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section className={styles.beginning} tabIndex={0} aria-label={t`Beginning of ${shown}`}>
            <pre>
              {file?.head}
              {file && file.head.length < file.size ? '\n…' : ''}
            </pre>
          </section>
        </div>
      ) : prepared.error ? null : (
        <Skeleton height={280} />
      )}
      <CliCommand command={cliCommand.support()} />
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose}>{t`Cancel`}</Button>
        <Button
          variant="filled"
          disabled={!prepared.data}
          loading={save.isPending}
          onClick={() => prepared.data && save.mutate(prepared.data.id)}
        >
          {t`Save archive`}
        </Button>
      </Group>
    </Dialog>
  )
}
