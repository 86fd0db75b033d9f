/** Settings of the desktop app. */
import { SegmentedControl, Switch } from '@mantine/core'
import { t } from '#shared/language.ts'
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
        title={t`When quitting`}
        text={t`What becomes of running instances. Those that are kept are here again at the next start.`}
      >
        <SegmentedControl
          aria-label={t`When quitting`}
          size="xs"
          value={settings.onQuit}
          onChange={value => onSave({ onQuit: value as Settings['onQuit'] })}
          data={[
            { value: 'ask', label: t`Ask` },
            { value: 'keep', label: t`Keep them` },
            { value: 'stop', label: t`Stop them` }
          ]}
        />
      </Setting>
      <Setting
        title={t`Notifications`}
        text={t`Notify me when a job ends, or an instance is ready or fails, while no window is in front.`}
      >
        <Switch
          aria-label={t`Notifications`}
          checked={settings.notify}
          onChange={event => onSave({ notify: event.currentTarget.checked })}
        />
      </Setting>
      <Setting
        title={t`Tray`}
        text={t`Show an icon in the system tray. The app then stays when its last window is closed.`}
      >
        <Switch
          aria-label={t`Tray`}
          checked={settings.tray}
          onChange={event => onSave({ tray: event.currentTarget.checked })}
        />
      </Setting>
    </>
  )
}
