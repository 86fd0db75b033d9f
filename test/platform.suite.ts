/** The behaviour of every platform: runs against each adapter. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Platform } from '#shared/platform.ts'
import { testApps } from './platform/apps.ts'
import { declared } from './platform/declared.ts'
import { testInstances } from './platform/instances.ts'
import { testLife } from './platform/life.ts'
import { testLogsAndSecrets } from './platform/logs-and-secrets.ts'
import type { Users } from './platform/support.ts'

export interface PlatformUnderTest {
  /** The same platform as different users see it. */
  as(user: string): Platform
  /** Removes everything the tests left. */
  close(): Promise<void>
}

export interface SuiteOptions {
  readonly name: string
  /** Why it cannot be tested here; shown in the title. */
  readonly skipped?: string | undefined
  /** Milliseconds an app may take to become ready. */
  readonly patience?: number
  open(): Promise<PlatformUnderTest>
}

export function platformSuite({ name, skipped, patience = 60_000, open }: SuiteOptions): void {
  describe.skipIf(skipped)(`${name}${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
    let under: PlatformUnderTest
    const users: Users = {
      get anna() {
        return declared(under.as('anna'))
      },
      get ben() {
        return declared(under.as('ben'))
      }
    }

    beforeAll(async () => {
      under = await open()
    })
    afterAll(() => under.close())
    afterEach(async () => {
      const platforms = [users.anna, users.ben]
      for (const platform of platforms) await clearInstances(platform)
      for (const platform of platforms) await clearRest(platform)
    })

    describe('its description', () => {
      test('contains kind, user and capabilities', async () => {
        const info = await users.anna.info()
        expect(info.user).toBe('anna')
        expect(info.capabilities).toEqual([...new Set(info.capabilities)])
      })
    })

    testApps(users)
    testInstances(users, patience)
    testLife(users, patience)
    testLogsAndSecrets(users, patience)
  })
}

async function clearInstances(platform: Platform): Promise<void> {
  for (const { id } of await platform.instances.list({})) {
    await platform.instances.stop({ id })
    await platform.instances.remove({ id })
  }
}

async function clearRest(platform: Platform): Promise<void> {
  for (const { id } of await platform.apps.list({ ephemeral: true })) await platform.apps.remove({ id })
  for (const { name } of await platform.secrets.list()) await platform.secrets.remove({ name })
}
