/** How much of what an app installs is the same at each start. */
import { useQuery } from '@tanstack/react-query'
import { t } from '#shared/language.ts'
import { useHost } from '../../lib/client.ts'
import { plural } from '../../lib/humanise.ts'

export function RequirementsFact({ path }: { path: string }) {
  const { orpc } = useHost()
  const { data } = useQuery(orpc.projects.requirements.queryOptions({ input: { path }, staleTime: 15_000 }))
  if (!data) return null
  const { count, pinned } = data
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
