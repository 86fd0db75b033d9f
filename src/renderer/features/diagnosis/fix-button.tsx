/** The button that applies the fix a check suggests. */
import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import type { CheckFix, Settings } from '#shared/system.ts'
import { useHost } from '../../host/client.ts'
import { imageJob } from '../../host/image-job.ts'
import { useJobs } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { notifyError } from '../../window/notify.tsx'
import { view } from '../../window/view.ts'

const LABELS: Readonly<Record<CheckFix, string>> = {
  'build-image': t`Build the image`,
  'use-docker': t`Run apps in Docker`,
  'use-process': t`Run apps as processes`,
  'use-any-engine': t`Choose the engine automatically`
}

const ENGINES: Partial<Record<CheckFix, Settings['engine']>> = {
  'use-docker': 'docker',
  'use-process': 'process',
  'use-any-engine': 'auto'
}

/** The command that applies the same fix. */
export function fixCliCommand(fix: CheckFix): string {
  const engine = ENGINES[fix]
  return engine === undefined ? cliCommand.runtimeBuild() : cliCommand.setEngine(engine)
}

export function FixButton({ fix, onDone }: { fix: CheckFix; onDone: () => Promise<void> }) {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const building = imageJob(useJobs())
  const mend = useMutation({
    async mutationFn() {
      const engine = ENGINES[fix]
      if (engine === undefined) {
        await client.projects.buildRuntime({})
        return view.showDock('jobs')
      }
      queries.setQueryData(orpc.system.settings.queryKey(), await client.system.saveSettings({ engine }))
      await onDone()
    },
    onError: error => notifyError(error, t`${LABELS[fix]}: that did not work`)
  })
  const isBuilding = fix === 'build-image' && building !== undefined
  return (
    <Button
      variant="filled"
      loading={mend.isPending}
      onClick={() => (isBuilding ? view.showDock('jobs') : mend.mutate())}
    >
      {isBuilding ? `${stageText(building.stage)}…` : LABELS[fix]}
    </Button>
  )
}
