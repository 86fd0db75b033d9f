/** Names of an instance's environment, and where each value comes from; values are never shown. */
import { useQuery } from '@tanstack/react-query'
import type { Instance } from '#shared/instance.ts'
import type { EnvName } from '#shared/instance-details.ts'
import { t } from '#shared/language.ts'
import { useHost } from '../../host/client.ts'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Name } from '../../ui/text.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import styles from './instances.module.css'

export function EnvTab({ instance }: { instance: Instance }) {
  const { orpc } = useHost()
  const env = useQuery(orpc.platform.instances.env.queryOptions({ input: { id: instance.id } }))
  if (env.error) return <ErrorCard error={env.error} onRetry={() => void env.refetch()} />
  if (!env.data) return <RowsSkeleton rows={3} />
  if (env.data.length === 0) {
    return (
      <p className={styles.quiet}>
        {t`The manifest of this app asks for no variables, and none were given.`}
      </p>
    )
  }
  return (
    <>
      <table className={styles.env}>
        <thead>
          <tr>
            <th scope="col">{t`Name`}</th>
            <th scope="col">{t`Value from`}</th>
          </tr>
        </thead>
        <tbody>
          {env.data.map(entry => (
            <tr key={entry.name}>
              <th scope="row" className="mono">
                <Name>{entry.name}</Name>
              </th>
              <td>
                <Name>{sourceText(entry)}</Name>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.quiet}>
        {t`Values are not shown. A change of a secret is taken up by the next start.`}
      </p>
    </>
  )
}

function sourceText({ source, secret, key }: EnvName): string {
  if (source === 'secret') return t`Secret ${secret ?? '?'}, key ${key ?? '?'}`
  return source === 'given' ? t`Given at this run` : t`The manifest`
}
