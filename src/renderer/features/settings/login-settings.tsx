/** Start at login: the system's current setting, and how the app starts then. */
import { Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { t } from '#shared/language.ts'
import type { Settings } from '#shared/system.ts'
import { useHost } from '../../host/client.ts'
import { useHostInfo } from '../../host/queries.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import { Setting } from './setting.tsx'
import styles from './settings.module.css'

interface LoginSettingsProps {
  readonly settings: Settings
  readonly onSave: (change: Partial<Settings>) => void
}

export function LoginSettings(props: LoginSettingsProps) {
  const info = useHostInfo()
  if (!info) return null
  if (info.canStartAtLogin) return <Offered {...props} />
  const why =
    info.host === 'browser'
      ? t`Only the app in a window of its own can start with the computer: this page lives as long as the
        command that opened it.`
      : t`Only an installed app can start with the computer: this one runs from a checkout.`
  return (
    <Setting title={t`Start at login`} text={why}>
      {null}
    </Setting>
  )
}

function Offered({ settings, onSave }: LoginSettingsProps) {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const { queryKey, ...options } = orpc.system.startsAtLogin.queryOptions()
  // Always fetch: the user may have changed it in the system's settings.
  const state = useQuery({ queryKey, ...options, staleTime: 0 })
  const start = useMutation({
    mutationFn: (on: boolean) => client.system.startAtLogin({ on }),
    onSuccess: now => queries.setQueryData(queryKey, now)
  })
  const on = state.data?.on ?? false
  return (
    <>
      <Setting title={t`Start at login`} text={t`The system starts the app when you log in.`}>
        <div className={styles.column}>
          <Switch
            aria-label={t`Start at login`}
            checked={on}
            disabled={!state.data || start.isPending}
            onChange={event => start.mutate(event.currentTarget.checked)}
          />
          <ErrorCard error={state.error ?? start.error} />
        </div>
      </Setting>
      <Setting
        title={t`Start minimised`}
        text={
          settings.tray
            ? t`At login no window opens: the app is in the tray.`
            : t`At login the window opens minimised. With the tray on, none opens.`
        }
      >
        <Switch
          aria-label={t`Start minimised`}
          checked={settings.startHidden}
          disabled={!on}
          onChange={event => onSave({ startHidden: event.currentTarget.checked })}
        />
      </Setting>
    </>
  )
}
