/** Files that are known to hold secrets, by their names. They are never learned, as a model can repeat what it has read. */

const secretFolders = new Set([
	".aws",
	".azure",
	".gcloud",
	".gnupg",
	".kube",
	".m2",
	".password-store",
	".secrets",
	".ssh",
	"secrets",
]);

const secretNames = new Set([
	".bash_history",
	".boto",
	".credentials",
	".curlrc",
	".dev.vars",
	".dockercfg",
	".dockerconfigjson",
	".fetchmailrc",
	".ftpconfig",
	".git-credentials",
	".htdigest",
	".htpasswd",
	".irb_history",
	".lesshst",
	".msmtprc",
	".my.cnf",
	".mylogin.cnf",
	".mysql_history",
	".netrc",
	".node_repl_history",
	".npmrc",
	".nugetrc",
	".ossutilconfig",
	".passwd-s3fs",
	".pgpass",
	".pry_history",
	".psql_history",
	".pypirc",
	".python_history",
	".rediscli_history",
	".remote-sync.json",
	".s3cfg",
	".sentryclirc",
	".smbcredentials",
	".sqlite_history",
	".terraformrc",
	".vault-pass",
	".vault-password",
	".vault-token",
	".vault_pass",
	".vault_password",
	".wgetrc",
	".yarnrc",
	".yarnrc.yml",
	".zsh_history",
	"_netrc",
	"accesstokens.json",
	"application_default_credentials.json",
	"auth.json",
	"consolehost_history.txt",
	"datasources.local.xml",
	"filezilla.xml",
	"google-services.json",
	"googleservice-info.plist",
	"htpasswd",
	"kubeconfig",
	"local.settings.json",
	"master.key",
	"nuget.config",
	"pgpass.conf",
	"rclone.conf",
	"recentservers.xml",
	"settings-security.xml",
	"sftp-config.json",
	"shadow",
	"sitemanager.xml",
	"terraform.rc",
	"terraform.tfstate",
	"terraform.tfstate.backup",
	"token.json",
	"vault_pass.txt",
	"vault_password.txt",
	"wp-config.php",
]);

const secretPatterns = [
	/^\.env/,
	/\.(?:env|pem|key|pfx|p12|pkcs12|p8|ppk|jks|keystore|kdbx?|gpg|ovpn|keychain|keychain-db|kubeconfig|tfstate|tfvars|secrets?|agekey|mobileprovision|rdp)$/,
	/(?:^|[._-])id_?(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:$|\.)/,
	// The code that deals with credentials is called so too, and may be read.
	/^(?:credentials?|secrets?|passwords?|passwd)(?:[_-][^.]*)?(?:\..*)?\.(?:json|ya?ml|ini|xml|txt|csv|toml|cfg|conf|properties|enc|db|bak|old)$/,
	/^(?:credentials?|secrets?|passwords?|passwd)(?:[_-][^.]*)?$/,
];

/** In the names of JSON files. */
const secretJson = /service[._-]?account|client_secret|firebase-adminsdk/;

/** Whether a file is one of those that hold secrets. `path` may be relative or absolute, with either slash. */
export function isSecretPath(path: string): boolean {
	const parts = path.toLowerCase().split(/[\\/]/);
	const name = parts.pop() ?? "";
	if (parts.some((folder) => secretFolders.has(folder))) return true;
	if (parts.at(-1) === ".docker" && name === "config.json") return true;
	if (name.endsWith(".json") && secretJson.test(name.slice(0, -".json".length))) return true;
	return secretNames.has(name) || secretPatterns.some((pattern) => pattern.test(name));
}
