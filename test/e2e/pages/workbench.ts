/** The window in its user's terms: pages, the primary button, the editor, the dock. */
import { expect, type Locator, type Page } from '@playwright/test'

export class Workbench {
  readonly page: Page
  /** The header button that names the next step. */
  readonly primary: Locator
  readonly editor: Locator
  readonly details: Locator

  constructor(page: Page) {
    this.page = page
    this.primary = page.getByRole('group', { name: 'Next step' }).getByRole('button').first()
    this.editor = page.getByRole('textbox', { name: /^Text of / })
    this.details = page.getByRole('complementary', { name: 'Details' })
  }

  async go(title: string) {
    const item = this.page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: title })
    await item.click()
    await expect(item).toHaveAttribute('aria-current', 'page')
  }

  /** The log pane of an app in the dock. */
  log(title: string): Locator {
    return this.page.getByRole('region', { name: `Log of ${title}` })
  }

  row(name: string | RegExp): Locator {
    return this.page.getByRole('row', { name })
  }

  /** Chooses one of the other actions beside the primary button. */
  async choose(action: string) {
    await this.page.getByRole('button', { name: 'Other actions' }).click()
    await this.page.getByRole('menuitem', { name: action, exact: true }).click()
  }
}
