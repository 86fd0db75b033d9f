/** The languages there are; all but English have a catalog, which is loaded when it is spoken. */
import { type Catalog, speak } from '../language.ts'

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** As each calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' }

const CATALOGS: Readonly<Record<Language, () => Promise<{ default: Catalog }>>> = {
  en: async () => ({ default: {} }),
  de: () => import('./de.json')
}

let current: Language = 'en'

/** What is spoken now. */
export const spoken = () => current

/** Speaks it from here on. */
export async function speakLanguage(language: Language): Promise<void> {
  const { default: catalog } = await CATALOGS[language]()
  speak(language, catalog)
  current = language
}

/** The language there is for a locale of the system or of a browser (`de-AT`); English for any other. */
export function languageFor(locale: string): Language {
  const [wanted] = locale.toLowerCase().split(/[-_.]/)
  return LANGUAGES.find(language => language === wanted) ?? 'en'
}
