/** Who may see it, where it goes, and the command line that does the same. */
import { Group, NativeSelect, Radio, Stack } from '@mantine/core'
import type { Visibility } from '#shared/app.ts'
import type { Publishable } from '#shared/publishing.ts'
import { twin } from '../../lib/cli-twin.ts'
import { useHostInfo } from '../../lib/queries.ts'
import { Twins } from '../../ui/copy.tsx'
import styles from './publish.module.css'

interface SettingsProps {
  readonly visibility: Visibility
  readonly onVisibility: (visibility: Visibility) => void
  /** The one thing to publish, where it is one. */
  readonly only?: Publishable | undefined
}

export function Settings({ visibility, onVisibility, only }: SettingsProps) {
  const info = useHostInfo()
  const profile = info?.profile.name ?? ''
  return (
    <Stack gap="sm">
      <div className={styles.settings}>
        <Radio.Group
          label="Who can see it"
          value={visibility}
          onChange={value => onVisibility(value as Visibility)}
        >
          <Group mt={6}>
            <Radio size="xs" value="PRIVATE" label="Only me" />
            <Radio size="xs" value="ALL_USERS" label="All users of this platform" />
          </Group>
        </Radio.Group>
        <NativeSelect
          label="Platform"
          value={profile}
          onChange={() => undefined}
          data={(info?.profiles ?? []).map(({ name, kind }) => ({
            value: name,
            label: kind === 'local' ? 'Local (this computer)' : name
          }))}
        />
      </div>
      {only ? <Twins commands={commandsOf(only, visibility)} /> : null}
    </Stack>
  )
}

function commandsOf({ path, kind }: Publishable, visibility: Visibility) {
  const project = kind === 'project'
  return [
    ...(project ? [['Version', twin.bump(path, 'patch')] as const] : []),
    ['Publish', project ? twin.publish(path, visibility) : twin.importFile(path, visibility)],
    ['Deploy', project ? twin.deploy(path, visibility) : twin.deployFile(path, visibility)]
  ] as const
}
