/** The side panel of an instance that someone else removed while it was selected. */
import { Button } from '@mantine/core'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { Empty } from '../../ui/empty.tsx'
import { Panel } from '../../ui/panel.tsx'

export function GonePanel({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const { app, id } = instance
  return (
    <Panel
      title={`${app.title} ${app.version}`}
      subtitle={<span className="mono">{id}</span>}
      onClose={onClose}
    >
      <Empty title={t`It is no longer there`} actions={<Button onClick={onClose}>{t`Close`}</Button>}>
        {t`It was removed elsewhere: by q8s-cli, or in another window. Its log went with it.`}
      </Empty>
    </Panel>
  )
}
