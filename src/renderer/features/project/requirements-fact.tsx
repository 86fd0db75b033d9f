/** How many of an app's packages are pinned, so that each start installs the same version. */
import { useQuery } from '@tanstack/react-query'
import { t } from '#shared/language.ts'
import type { ProjectRequirements } from '#shared/project.ts'
import { useHost } from '../../host/client.ts'
import { plural } from '../../labels/humanise.ts'

/** Undefined until the host has answered. */
export function useRequirements(path: string): ProjectRequirements | undefined {
  const { orpc } = useHost()
  return useQuery(orpc.projects.requirements.queryOptions({ input: { path }, staleTime: 15_000 })).data
}

export function RequirementsFact({ count, pinned }: Pick<ProjectRequirements, 'count' | 'pinned'>) {
  if (count === 0) return <>{t`None`}</>
  const packages = plural(count, 'package')
  if (pinned === count)
    return <span title={t`Each names one version or file.`}>{t`${packages}, pinned`}</span>
  return (
    <span title={t`A later start may install another version of those that are not pinned.`}>
      {t`${packages}, ${count - pinned} not pinned`}
    </span>
  )
}
