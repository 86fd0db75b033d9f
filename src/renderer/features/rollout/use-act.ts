/** Runs one action at a time on an app or instance; the followed lists show its result automatically. */
import { useMutation } from '@tanstack/react-query'

export function useAct() {
  return useMutation({ mutationFn: (work: () => Promise<unknown>) => work() })
}
