/** Files that are secrets by what they are called, whatever is in them. */

const BY_NAME: readonly [what: string, name: RegExp][] = [
  ['a file of environment variables', /(^|\/)\.env(\.(?!example$|sample$|template$|dist$)[^/]+)?$/],
  ['a private SSH key', /(^|\/)id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk)$/],
  ['a store of keys', /\.(p12|pfx|jks|keystore|kdbx|ppk)$/i],
  ['access to a Kubernetes cluster', /(^|\/)(kubeconfig|\.kube\/config|[^/]+\.kubeconfig)$/],
  ['credentials of Amazon Web Services', /(^|\/)(\.aws\/credentials|\.boto|\.s3cfg)$/],
  ['credentials of Google Cloud', /(^|\/)(application_default_credentials\.json|\.config\/gcloud\/.+)$/],
  ['credentials of Azure', /(^|\/)(\.azure\/(accessTokens|azureProfile|msal_token_cache)\.(json|bin))$/],
  ['passwords of servers', /(^|\/)(\.netrc|_netrc|\.git-credentials|\.pgpass|\.htpasswd)$/],
  ['a token of a package index', /(^|\/)\.pypirc$/],
  ['credentials of container registries', /(^|\/)(\.docker\/config\.json|\.dockercfg)$/],
  ['the state of an infrastructure, with its secrets', /\.tfstate(\.backup)?$/],
  ['secrets of an app', /(^|\/)(\.streamlit\/secrets\.toml|\.vault-token)$/]
]

/** What a file is, in words, where its path (forward slashes) says that it holds secrets. */
export function secretFile(path: string): string | undefined {
  return BY_NAME.find(([, name]) => name.test(path))?.[0]
}
