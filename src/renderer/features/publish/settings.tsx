/** Visibility, target platform, and the equivalent command. */
import { Group, NativeSelect, Radio, Stack } from '@mantine/core'
import type { Visibility } from '#shared/app.ts'
import { t } from '#shared/language.ts'
import type { Publishable } from '#shared/publishing.ts'
import type { Candidate } from '../../host/publishing.ts'
import { useHostInfo } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { CliCommands } from '../../window/copy.tsx'
import { PARTS, titleOf } from './labels.ts'
import styles from './publish.module.css'

interface SettingsProps {
  readonly visibility: Visibility
  readonly onVisibility: (visibility: Visibility) => void
  /** The items to publish. */
  readonly candidates: readonly Candidate[]
}

export function Settings({ visibility, onVisibility, candidates }: SettingsProps) {
  const info = useHostInfo()
  const profile = info?.profile.name ?? ''
  const [only] = candidates
  const commands =
    candidates.length === 1 && only?.inspection
      ? commandsOf(only.inspection, visibility)
      : candidates.flatMap(candidate =>
          candidate.inspection
            ? [[titleOf(candidate), publishCliCommand(candidate.inspection, visibility)] as const]
            : []
        )
  return (
    <Stack gap="sm">
      <div className={styles.settings}>
        <Radio.Group
          label={t`Who can see it`}
          value={visibility}
          onChange={value => onVisibility(value as Visibility)}
        >
          <Group mt={6} gap="md">
            <Radio size="xs" value="PRIVATE" label={t`Only me`} />
            <Radio size="xs" value="ALL_USERS" label={t`All users of this platform`} />
          </Group>
        </Radio.Group>
        <NativeSelect
          label={t`Platform`}
          value={profile}
          onChange={() => undefined}
          data={(info?.profiles ?? []).map(({ name, kind }) => ({
            value: name,
            label: kind === 'local' ? t`Local (this computer)` : name
          }))}
        />
      </div>
      {commands.length > 0 ? <CliCommands commands={commands} wide={candidates.length > 1} /> : null}
    </Stack>
  )
}

function commandsOf({ path, kind }: Publishable, visibility: Visibility) {
  const project = kind === 'project'
  return [
    ...(project ? PARTS.map(([part, name]) => [name, cliCommand.bump(path, part)] as const) : []),
    [t`Publish`, publishCliCommand({ path, kind }, visibility)],
    [t`Deploy`, project ? cliCommand.deploy(path, visibility) : cliCommand.deployFile(path, visibility)]
  ] as const
}

function publishCliCommand(
  { path, kind }: Pick<Publishable, 'path' | 'kind'>,
  visibility: Visibility
): string {
  return kind === 'project' ? cliCommand.publish(path, visibility) : cliCommand.importFile(path, visibility)
}
