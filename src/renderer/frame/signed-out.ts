/** The page for a browser that is not signed in: why, and what to do. Continues once the browser is signed in. */
import { t } from '#shared/language.ts'
import { languageFor, speakLanguage } from '#shared/languages/index.ts'
import type { Host } from '../host/client.ts'
import styles from './signed-out.module.css'

export async function drawSignedOut({ connection }: Host, element: HTMLElement): Promise<void> {
  connection.state.subscribe(({ status }) => status === 'up' && window.location.reload())
  // The host does not reveal the user's language either.
  await speakLanguage(languageFor(navigator.language)).catch(() => undefined)
  // The host does not reveal the user's colour scheme either, so this page follows the system.
  const isDark = window.matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light'
  const page = document.createElement('main')
  page.className = styles.page ?? ''
  page.append(
    words('h1', t`This page is not signed in to q8s`),
    words('p', t`The address that \`q8s-cli ui\` prints works once, in one browser, until the command ends.`),
    words('p', t`Run \`q8s-cli ui\` again and open its new address here.`)
  )
  element.replaceChildren(page)
}

/** A paragraph; text between backticks is code. */
function words(kind: 'h1' | 'p', text: string): HTMLElement {
  const element = document.createElement(kind)
  // Every second part was between backticks: something to type.
  for (const [index, part] of text.split('`').entries()) {
    const code = index % 2 === 1 ? document.createElement('code') : undefined
    if (code) code.textContent = part
    element.append(code ?? part)
  }
  return element
}
