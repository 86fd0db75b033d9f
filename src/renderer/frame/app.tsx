/** The whole window: providers, and the frame that stays while pages change. */
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { type QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { t } from '#shared/language.ts'
import { useWatchMode } from '../actions/watch-mode.ts'
import { type Host, HostProvider, useHost } from '../host/client.ts'
import { followLists } from '../host/live.ts'
import { useHostInfo } from '../host/queries.ts'
import { useManifestWatch } from '../manifest/manifest.ts'
import { cssVariables, theme } from '../ui/theme.ts'
import { colorSchemePreference } from '../window/color-scheme.ts'
import { styleNonce } from '../window/csp.ts'
import { ErrorBoundary } from '../window/error-boundary.tsx'
import { useView, view } from '../window/view.ts'
import { useCommands, useHostEvents } from './commands.ts'
import { Dialogs } from './dialogs.tsx'
import { Dock } from './dock.tsx'
import { DropZone } from './drop-zone.tsx'
import { FirstSteps } from './first-steps.tsx'
import styles from './frame.module.css'
import { Header } from './header.tsx'
import { JobWatcher } from './job-watcher.tsx'
import { PAGE_VIEWS } from './pages.tsx'
import { Rail } from './rail.tsx'
import { useKeysOfSettings, useShortcuts } from './shortcuts.ts'
import { StatusBar } from './status-bar.tsx'

const colorSchemes = colorSchemePreference()

export function App({ host, queries }: { host: Host; queries: QueryClient }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queries}>
        <HostProvider value={host}>
          <ErrorBoundary what={t`The window`}>
            <Frame />
          </ErrorBoundary>
          <Notifications position="top-right" limit={3} className={styles.toasts} />
        </HostProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}

function Frame() {
  useLists()
  useFirstProject()
  const commands = useCommands()
  useKeysOfSettings()
  useLanguage()
  useShortcuts(commands)
  useHostEvents(commands)
  const page = useView(state => state.page)
  const path = useView(state => state.projectPath)
  useManifestWatch(path)
  useWatchMode(path)
  const PageView = PAGE_VIEWS[page].view
  return (
    <div className={styles.frame}>
      <Header />
      <Rail />
      <FirstSteps />
      <div className={styles.centre}>
        <main className={styles.page}>
          <ErrorBoundary key={page} what={PAGE_VIEWS[page].title}>
            <PageView />
          </ErrorBoundary>
        </main>
        <Dock />
      </div>
      <StatusBar />
      <Dialogs />
      <DropZone />
      <JobWatcher />
    </div>
  )
}

/** Follows the host's lists, and fetches everything else again when the connection is back. */
function useLists() {
  const host = useHost()
  const queries = useQueryClient()
  useEffect(() => {
    const stop = new AbortController()
    followLists(host, queries, stop.signal)
    const unsubscribe = host.connection.state.subscribe((now, before) => {
      const wasLost = before.status === 'down' || before.status === 'signed-out'
      if (now.status === 'up' && wasLost) void queries.invalidateQueries()
    })
    return () => {
      stop.abort()
      unsubscribe()
    }
  }, [host, queries])
}

/** Texts are created once, so the window reloads when the language changes. */
function useLanguage() {
  const language = useHostInfo()?.language
  const first = useRef(language)
  useEffect(() => {
    first.current ??= language
    if (language !== first.current) window.location.reload()
  }, [language])
}

/** If the window remembers no project, opens the one the host was started for. */
function useFirstProject() {
  const path = useHostInfo()?.project
  useEffect(() => {
    if (path && !useView.getState().projectPath) view.openProject(path)
  }, [path])
}
