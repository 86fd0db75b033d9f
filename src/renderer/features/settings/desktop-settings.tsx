/** Settings of the app in windows of its own. */
import { SegmentedControl, Switch } from '@mantine/core'
import type { Settings } from '#shared/system.ts'
import { Setting } from './setting.tsx'

interface DesktopSettingsProps {
  readonly settings: Settings
  readonly onSave: (change: Partial<Settings>) => void
}

export function DesktopSettings({ settings, onSave }: DesktopSettingsProps) {
  return (
    <>
      <Setting
        title="When quitting"
        text="What becomes of running instances. Those that are kept are here again at the next start."
      >
        <SegmentedControl
          aria-label="When quitting"
          size="xs"
          value={settings.onQuit}
          onChange={value => onSave({ onQuit: value as Settings['onQuit'] })}
          data={[
            { value: 'ask', label: 'Ask' },
            { value: 'keep', label: 'Keep them' },
            { value: 'stop', label: 'Stop them' }
          ]}
        />
      </Setting>
      <Setting
        title="Notifications"
        text="Tell of ended jobs, and of instances that are ready or failed, while no window is in front."
      >
        <Switch
          aria-label="Notifications"
          checked={settings.notify}
          onChange={event => onSave({ notify: event.currentTarget.checked })}
        />
      </Setting>
      <Setting
        title="Tray"
        text="Show an icon in the system tray. The app then stays when its last window is closed."
      >
        <Switch
          aria-label="Tray"
          checked={settings.tray}
          onChange={event => onSave({ tray: event.currentTarget.checked })}
        />
      </Setting>
    </>
  )
}
