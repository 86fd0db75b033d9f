/** A page with a list: shows the list, or a skeleton while loading, an error, or what to do if the list is empty. */
import type { ReactNode } from 'react'
import { Scroll } from '../ui/panel.tsx'
import { RowsSkeleton } from '../ui/skeletons.tsx'
import { ErrorCard } from './error-card.tsx'
import { Page, type PageProps } from './page.tsx'

interface ListPageProps extends PageProps {
  /** All rows without the filter; undefined until they are known. The tools are shown only if there are rows. */
  readonly all: readonly unknown[] | undefined
  /** Why the rows could not be loaded; not shown if rows are known. */
  readonly failure?: { readonly error: Error | null; readonly title: string; readonly onRetry?: () => void }
  /** Shown instead of an empty list. */
  readonly empty: ReactNode
}

export function ListPage({ all, failure, empty, tools, children, ...page }: ListPageProps) {
  return (
    <Page {...page} tools={all?.length ? tools : undefined}>
      {all !== undefined ? (
        all.length === 0 ? (
          empty
        ) : (
          children
        )
      ) : failure?.error ? (
        <Scroll>
          <ErrorCard {...failure} />
        </Scroll>
      ) : (
        <RowsSkeleton />
      )}
    </Page>
  )
}
