/** Files that are known to hold secrets, by their names. They are never learned, as a model can repeat what it has read. */

const secretFolders = new Set([".aws", ".gcloud", ".gnupg", ".kube", ".password-store", ".secrets", ".ssh", "secrets"]);

const secretNames = new Set([
	".bash_history",
	".boto",
	".dev.vars",
	".dockercfg",
	".dockerconfigjson",
	".git-credentials",
	".htpasswd",
	".my.cnf",
	".mysql_history",
	".netrc",
	".node_repl_history",
	".npmrc",
	".pgpass",
	".psql_history",
	".pypirc",
	".python_history",
	".s3cfg",
	".vault-token",
	".zsh_history",
	"_netrc",
	"auth.json",
	"kubeconfig",
	"local.settings.json",
	"terraform.tfstate",
	"terraform.tfstate.backup",
	"token.json",
]);

const secretPatterns = [
	/^\.env/,
	/\.(?:env|pem|key|pfx|p12|pkcs12|p8|ppk|jks|keystore|kdbx?|gpg|ovpn|keychain|keychain-db|kubeconfig|tfstate|tfvars|secrets?)$/,
	/(?:^|[._-])id_?(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:$|\.)/,
	// The code that deals with credentials is called so too, and may be read.
	/^(?:credentials?|secrets?|passwords?|passwd)(?:[_-][^.]*)?(?:\..*)?\.(?:json|ya?ml|ini|xml|txt|csv|toml|cfg|conf|properties|enc|db|bak|old)$/,
	/^(?:credentials?|secrets?|passwords?|passwd)(?:[_-][^.]*)?$/,
];

/** In the names of JSON files. */
const secretJson = /service[._-]?account|client_secret/;

/** Whether a file is one of those that hold secrets. `path` may be relative or absolute, with either slash. */
export function isSecretPath(path: string): boolean {
	const parts = path.toLowerCase().split(/[\\/]/);
	const name = parts.pop() ?? "";
	if (parts.some((folder) => secretFolders.has(folder))) return true;
	if (parts.at(-1) === ".docker" && name === "config.json") return true;
	if (name.endsWith(".json") && secretJson.test(name.slice(0, -".json".length))) return true;
	return secretNames.has(name) || secretPatterns.some((pattern) => pattern.test(name));
}
