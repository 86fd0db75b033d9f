/** One thing done to an app or instance at a time; the lists tell by themselves what became of it. */
import { useMutation } from '@tanstack/react-query'

export function useAct() {
  return useMutation({ mutationFn: (work: () => Promise<unknown>) => work() })
}
