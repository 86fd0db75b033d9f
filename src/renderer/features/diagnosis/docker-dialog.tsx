/** Choice of the Docker that runs apps: each one on this computer, whether it answers, or a typed address. */
import { Button, Group, Radio, Skeleton, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type DockerFound, dockerAddressProblem } from '#shared/docker.ts'
import { t } from '#shared/language.ts'
import { useChecks } from '../../host/checks.ts'
import { useHost } from '../../host/client.ts'
import { useInstances } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { State } from '../../ui/state.tsx'
import { CliCommand } from '../../window/copy.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import styles from './diagnosis.module.css'

/** The value of the last choice: a typed address. */
const TYPED = 'typed'

export function DockerDialog({ onClose }: { onClose: () => void }) {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const { again } = useChecks()
  const found = useQuery(orpc.system.dockers.queryOptions({ staleTime: 0, gcTime: 0 }))
  const before = found.data?.find(({ chosen }) => chosen)?.address
  const [picked, setPicked] = useState<string>()
  const [typed, setTyped] = useState('')
  const choice = picked ?? before
  const address = choice === TYPED ? typed.trim() : choice
  const problem = choice === TYPED && address ? dockerAddressProblem(address) : undefined
  const use = useMutation({
    async mutationFn(docker: string) {
      queries.setQueryData(orpc.system.settings.queryKey(), await client.system.saveSettings({ docker }))
      onClose()
      await again(['docker', 'image', 'process'])
    }
  })
  return (
    <Dialog onClose={onClose} title={t`Which Docker`} size={640}>
      <Stack gap="sm">
        <ErrorCard
          error={found.error ?? use.error}
          title={t`That did not work`}
          onRetry={() => void found.refetch()}
        />
        {found.data ? (
          <Radio.Group aria-label="Docker" value={choice ?? null} onChange={setPicked}>
            <Stack gap="xs">
              {found.data.map(docker => (
                <Radio
                  key={docker.address}
                  value={docker.address}
                  label={docker.name}
                  description={<Found docker={docker} />}
                  classNames={{ description: styles.docker }}
                />
              ))}
              <Radio value={TYPED} label={t`Another address`} />
              {choice === TYPED ? (
                <TextInput
                  className={styles.typed}
                  aria-label={t`Address`}
                  placeholder="unix:///path/docker.sock"
                  value={typed}
                  error={problem?.join(' ')}
                  onChange={event => setTyped(event.currentTarget.value)}
                  data-autofocus
                />
              ) : null}
            </Stack>
          </Radio.Group>
        ) : found.error ? null : (
          <Skeleton height={160} />
        )}
        <StayingInstances moves={address !== before} />
        <CliCommand command={address && !problem ? cliCommand.setDocker(address) : cliCommand.dockers()} />
        <Group justify="flex-end">
          <Button loading={found.isFetching} onClick={() => void found.refetch()} mr="auto">
            {t`Check again`}
          </Button>
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button
            variant="filled"
            disabled={!address || problem !== undefined || address === before}
            loading={use.isPending}
            onClick={() => address && use.mutate(address)}
          >
            {t`Use this one`}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

function Found({ docker: { url, answers, message, hint } }: { docker: DockerFound }) {
  return (
    <>
      <span className={styles.place}>
        {url ? <bdi>{url}</bdi> : null}
        <State tone={answers ? 'good' : 'off'} text={answers ? message : t`Does not answer`} />
      </span>
      {answers ? null : <span>{message}</span>}
      {hint ? <span>{hint}</span> : null}
    </>
  )
}

/** What happens to running instances if the user chooses another Docker. */
function StayingInstances({ moves }: { moves: boolean }) {
  const running = useInstances()?.filter(
    ({ engine, state }) => engine === 'docker' && state !== 'stopped' && state !== 'failed'
  ).length
  if (!moves || !running) return null
  return (
    <p className={styles.lead}>
      {plural(running, 'instance runs in Docker now.', 'instances run in Docker now.')}{' '}
      {t`What runs in another one than you choose goes on there, and is shown as it was last seen until
        you choose that one again.`}
    </p>
  )
}
