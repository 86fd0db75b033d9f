/** The language of the window. Changing it reloads every window, which keeps its content. */
import { Select } from '@mantine/core'
import { t } from '#shared/language.ts'
import { LANGUAGE_NAMES, LANGUAGES, spoken } from '#shared/languages/index.ts'
import type { Settings } from '#shared/system.ts'
import { Setting } from './setting.tsx'

interface LanguageSettingProps {
  readonly language: Settings['language'] | undefined
  onSave(language: Settings['language']): void
}

export function LanguageSetting({ language, onSave }: LanguageSettingProps) {
  const system = language === 'auto' ? t`System (${LANGUAGE_NAMES[spoken()]})` : t`System`
  return (
    <Setting
      title={t`Language`}
      text={t`What this window speaks. What is typed after q8s-cli and what apps print stays as it is.`}
    >
      <Select
        aria-label={t`Language`}
        size="xs"
        allowDeselect={false}
        value={language ?? 'auto'}
        disabled={!language}
        onChange={value => onSave(value as Settings['language'])}
        data={[
          { value: 'auto', label: system },
          ...LANGUAGES.map(value => ({ value, label: LANGUAGE_NAMES[value] }))
        ]}
      />
    </Setting>
  )
}
