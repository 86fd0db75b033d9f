/** The icon of an app in the catalog: its letter at first, its image once loaded. */
import { useQuery } from '@tanstack/react-query'
import type { App } from '#shared/app.ts'
import { useHost } from '../../host/client.ts'
import { AppIcon } from '../../ui/app-icon.tsx'

export function CatalogIcon({ app, size }: { app: App; size: number }) {
  if (app.iconLocation === '') return <AppIcon title={app.title} icon={undefined} size={size} />
  return <LoadedIcon app={app} size={size} />
}

/** An app's bundle never changes, so its icon is fetched only once. */
function LoadedIcon({ app, size }: { app: App; size: number }) {
  const { orpc } = useHost()
  const { data } = useQuery(
    orpc.platform.apps.icon.queryOptions({ input: { id: app.id }, staleTime: Number.POSITIVE_INFINITY })
  )
  return <AppIcon title={app.title} icon={data?.icon} size={size} />
}
