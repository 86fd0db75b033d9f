/** Files that count as secrets by their name alone. */
import { t } from '#shared/language.ts'

const BY_NAME: readonly [what: () => string, name: RegExp][] = [
  [() => t`a file of environment variables`, /(^|\/)\.env(rc|\.(?!example$|sample$|template$|dist$)[^/]+)?$/],
  [() => t`a file of secrets`, /(^|\/)\.secrets\/.+$/],
  [() => t`a private SSH key`, /(^|\/)id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk)$/],
  [() => t`a store of keys`, /\.(p12|pfx|jks|keystore|kdbx|ppk)$/i],
  [() => t`access to a Kubernetes cluster`, /(^|\/)(kubeconfig|\.kube\/config|[^/]+\.kubeconfig)$/],
  [() => t`credentials of Amazon Web Services`, /(^|\/)(\.aws\/credentials|\.boto|\.s3cfg)$/],
  [
    () => t`credentials of Google Cloud`,
    /(^|\/)(application_default_credentials\.json|\.config\/gcloud\/.+)$/
  ],
  [
    () => t`credentials of Azure`,
    /(^|\/)(\.azure\/(accessTokens|azureProfile|msal_token_cache)\.(json|bin))$/
  ],
  [() => t`passwords of servers`, /(^|\/)(\.netrc|_netrc|\.git-credentials|\.pgpass|\.htpasswd)$/],
  [() => t`a token of a package index`, /(^|\/)\.pypirc$/],
  [() => t`credentials of container registries`, /(^|\/)(\.docker\/config\.json|\.dockercfg)$/],
  [() => t`the state of an infrastructure, with its secrets`, /\.tfstate(\.backup)?$/],
  [() => t`secrets of an app`, /(^|\/)(\.streamlit\/secrets\.toml|\.vault-token)$/]
]

/** Describes the file if its path (forward slashes) shows that it holds secrets; else undefined. */
export function secretFile(path: string): string | undefined {
  return BY_NAME.find(([, name]) => name.test(path))?.[0]()
}
