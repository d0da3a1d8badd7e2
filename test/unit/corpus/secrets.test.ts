import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { findSecrets, maskSecrets, secretMask } from "../../../src/corpus/secrets/mask.ts";
import { isSecretPath } from "../../../src/corpus/secrets/paths.ts";
import { SearchedText } from "../../../src/corpus/secrets/searchedText.ts";
import { randomNumbers } from "../reference/random.ts";
import { assertSteps } from "../support/steps.ts";

describe("isSecretPath", () => {
	const secret =
		".env .env.local sub/.env.production .envrc prod.env server.pem tls/private.key cert.pfx cert.p12 AuthKey.p8 putty.ppk store.jks app.keystore vault.kdbx id_rsa id_rsa.pub deploy/id_ed25519 backup_id_rsa github-id_ecdsa.old .netrc _netrc .npmrc .pypirc .pgpass .git-credentials .htpasswd .bash_history credentials credentials.json credentials-prod.yml aws_credentials/credentials secrets.yaml secrets.prod.json passwords.txt passwd client_secret_123.json service-account.json my-service_account-key.json gcp-serviceaccount.json .aws/config a/.ssh/known_hosts .gnupg/x .kube/config secrets/readme.md deep/Secrets/x.txt .docker/config.json terraform.tfstate prod.tfvars kubeconfig dev.kubeconfig local.settings.json ID_RSA Server.PEM config/master.key";
	for (const path of secret.split(" ")) it(`is true for ${path}`, () => assert.equal(isSecretPath(path), true));

	const harmless =
		"src/main.ts environment.ts env.ts src/env/index.ts README.md keyboard.ts key.ts monkey.txt credentials.ts src/credentials/index.ts secrets.ts password.tsx passwords.test.js secret-santa.md tokens.json token.ts id.ts idea.txt my_rsa.md docker/config.json .docker/Dockerfile awsome.md package.json serviceAccount.ts service-account.md pemmican.md keynote.txt";
	for (const path of harmless.split(" ")) it(`is false for ${path}`, () => assert.equal(isSecretPath(path), false));

	it("knows paths of Windows", () => {
		assert.equal(isSecretPath("C:\\Users\\me\\.ssh\\config"), true);
		assert.equal(isSecretPath("C:\\work\\project\\.env"), true);
		assert.equal(isSecretPath("C:\\work\\project\\main.ts"), false);
	});
});

/** Put together here, so that no scanner takes this file for a leak. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const random = randomNumbers(5);
const letters = (length: number, from = alphabet) =>
	Array.from({ length }, () => from[Math.floor(random() * from.length)]).join("");
const hex = (length: number) => letters(length, "0123456789abcdef");
const capitals = (length: number) => letters(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
const base64Lines = (lines: number) => Array.from({ length: lines }, () => letters(64)).join("\n");

describe("maskSecrets", () => {
	const shaped: [string, string][] = [
		["an AWS key id", `AKIA${capitals(16)}`],
		["a GitHub token", `ghp_${letters(36)}`],
		["a fine-grained GitHub token", `github_pat_${letters(22)}_${letters(59)}`],
		["a GitLab token", `glpat-${letters(20)}`],
		["a Slack token", `xoxb-${letters(12, "0123456789")}-${letters(24)}`],
		["a Slack hook", `hooks.slack.com/services/T${capitals(8)}/B${capitals(8)}/${letters(24)}`],
		["a Google key", `AIza${letters(35)}`],
		["a Google client secret", `GOCSPX-${letters(28)}`],
		["a Stripe key", `sk_live_${letters(24)}`],
		["a JSON Web Token", `eyJ${letters(30)}.eyJ${letters(80)}.${letters(43)}`],
		["an npm token", `npm_${letters(36)}`],
		["a PyPI token", `pypi-${letters(150)}`],
		["an OpenAI-like key", `sk-proj-${letters(20)}T3${letters(20)}`],
		["a Hugging Face token", `hf_${letters(34)}`],
		["a SendGrid key", `SG.${letters(22)}.${letters(43)}`],
		["a Mailgun key", `key-${hex(32)}`],
		["a DigitalOcean token", `dop_v1_${hex(64)}`],
		["a Shopify token", `shpat_${hex(32)}`],
		["a Telegram token", `${letters(9, "123456789")}:AA${letters(33)}`],
		["a Vault token", `hvs.${letters(24)}`],
		["a Docker token", `dckr_pat_${letters(27)}`],
		["a Databricks token", `dapi${hex(32)}`],
		["a hashed password", `$2b$10$${letters(53)}`],
		["a key in base64", `LS0tLS1CRUdJTi${letters(400)}`],
	];
	for (const [what, token] of shaped) {
		it(`finds ${what} anywhere`, () => {
			for (const [before, after] of [
				["", ""],
				['const x = "', '";\n'],
				["use ", " here"],
				["(", ")"],
				["- ", "\r\n- next"],
				["<a>", "</a>"],
			]) {
				assert.deepEqual(maskSecrets(`${before}${token}${after}`), {
					text: `${before}${secretMask}${after}`,
					masked: 1,
				});
			}
		});
	}

	const key = base64Lines(12);
	const certificate = `-----BEGIN CERTIFICATE-----\n${base64Lines(12)}\n-----END CERTIFICATE-----\n`;
	const masked: [string, string, string][] = [
		["a quoted password", 'password = "hunter2";', 'password = "xxxxxxxx";'],
		["a password in JSON", '{ "dbPassword": "letmein" }', '{ "dbPassword": "xxxxxxxx" }'],
		["a typed constant", "const adminPassword: string = 'hunter2';", "const adminPassword: string = 'xxxxxxxx';"],
		["a borrowed constant", 'let passphrase: &str = "hunter2";', 'let passphrase: &str = "xxxxxxxx";'],
		["a short declaration", 'password := "hunter2"', 'password := "xxxxxxxx"'],
		["a hash rocket", ":password => 'hunter2'", ":password => 'xxxxxxxx'"],
		["an element", 'config["password"] = "hunter2"', 'config["password"] = "xxxxxxxx"'],
		["a comparison", 'if (password === "hunter2") {', 'if (password === "xxxxxxxx") {'],
		["an escaped quote", 'pwd = "a\\"b1c"', 'pwd = "xxxxxxxx"'],
		["YAML", "db:\n  password: hunter2\n  user: me\n", "db:\n  password: xxxxxxxx\n  user: me\n"],
		["YAML with a comment", "password: hunter2 # of the test\n", "password: xxxxxxxx # of the test\n"],
		["a list of settings", "DB_PASSWORD=letmein\r\nA=b\r\n", "DB_PASSWORD=xxxxxxxx\r\nA=b\r\n"],
		["properties", "db.password=Tr0ub4dor&3\n", "db.password=xxxxxxxx\n"],
		["an export", "export MYSQL_PWD=letmein", "export MYSQL_PWD=xxxxxxxx"],
		["a connection string", '"Server=db;User=sa;Password=hunter2;"', '"Server=db;User=sa;Password=xxxxxxxx;"'],
		["an address", "postgres://app:s3cr3t-pw@db:5432/x", "postgres://app:xxxxxxxx@db:5432/x"],
		["an address without a user", "redis://:hunter2@localhost", "redis://:xxxxxxxx@localhost"],
		["a query", "https://a.b/c?token=a1b2c3d4e5f6&x=1", "https://a.b/c?token=xxxxxxxx&x=1"],
		["a signed address", `https://a.b/c?x=1&sig=${hex(40)}`, "https://a.b/c?x=1&sig=xxxxxxxx"],
		["a header", "Authorization: Bearer a1b2c3d4e5f6a7b8c9", "Authorization: Bearer xxxxxxxx"],
		["a hexadecimal key", `api_key = "${hex(32)}"`, 'api_key = "xxxxxxxx"'],
		["a key in camel case", "accessToken: 's3cr3tv4lue9'", "accessToken: 'xxxxxxxx'"],
		["an AWS secret", `aws_secret_access_key = ${letters(20)}/${letters(19)}`, "aws_secret_access_key = xxxxxxxx"],
		["a random string", `x = "${letters(40)}"`, 'x = "xxxxxxxx"'],
		["random base64", `x = "${letters(10)}+${letters(14)}/${letters(17)}="`, 'x = "xxxxxxxx"'],
		["a random part of a path", `/hooks/${letters(32)}/post`, "/hooks/xxxxxxxx/post"],
		["a login of a test", '[DataRow("user", "ribbon116")]', '[DataRow("user", "xxxxxxxx")]'],
		["what a script types", 'expect { send "Bamboocoral326\\r" }', 'expect { send "xxxxxxxx\\r" }'],
		[
			"a key made of a text",
			'new SymmetricSecurityKey(Encoding.UTF8.GetBytes("gZHRTvKRAWGWJCKCBOAE"))',
			'new SymmetricSecurityKey(Encoding.UTF8.GetBytes("xxxxxxxx"))',
		],
		["a name of two letters in code", 'db_pw = "hamm3r66"', 'db_pw = "xxxxxxxx"'],
		["a name of two letters in quotes", '{ "user": "me", "pw": "hamm3r66" }', '{ "user": "me", "pw": "xxxxxxxx" }'],
		[
			"a database behind a socket",
			'dsn := "app:hamm3r66@unix(/tmp/sock)/db"',
			'dsn := "app:xxxxxxxx@unix(/tmp/sock)/db"',
		],
		["a name of two letters", 'admin: me\npw: "hamm3r66"', 'admin: me\npw: "xxxxxxxx"'],
		[
			"a key of Django that begins like a reference",
			'SECRET_KEY = "@gg81tb#y2z_g0i93u#anxnoh1=h4!qbta128_7y5d%lrx+zby"',
			'SECRET_KEY = "xxxxxxxx"',
		],
		["a key with letters only behind a dot", "api.key=vlacyONjUNJvMsNAjSRsoYRE\n", "api.key=xxxxxxxx\n"],
		["several on a line", "password='a1b2c3' token='d4e5f6g7h8'", "password='xxxxxxxx' token='xxxxxxxx'"],
		[
			"a private key",
			`-----BEGIN RSA PRIVATE KEY-----\n${key}\n-----END RSA PRIVATE KEY-----\n`,
			"-----BEGIN RSA PRIVATE KEY-----\nxxxxxxxx\n-----END RSA PRIVATE KEY-----\n",
		],
		[
			"a private key in a string",
			`"key": "-----BEGIN PRIVATE KEY-----\\n${key.replaceAll("\n", "\\n")}\\n-----END PRIVATE KEY-----\\n"`,
			'"key": "-----BEGIN PRIVATE KEY-----\\nxxxxxxxx\\n-----END PRIVATE KEY-----\\n"',
		],
		[
			"an encrypted private key",
			`-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${key}\n-----END EC PRIVATE KEY-----`,
			"-----BEGIN EC PRIVATE KEY-----\nxxxxxxxx\n-----END EC PRIVATE KEY-----",
		],
		[
			"a private key after a certificate",
			`${certificate}-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----`,
			`${certificate}-----BEGIN PRIVATE KEY-----\nxxxxxxxx\n-----END PRIVATE KEY-----`,
		],
	];
	for (const [what, text, expected] of masked) {
		it(`masks ${what}`, () => assert.equal(maskSecrets(text).text, expected));
	}

	const inDocuments: [string, string][] = [
		["Log in with admin / prairie347.\n", "Log in with admin / xxxxxxxx.\n"],
		["Default credentials: admin:mosaic-bonnet-1678\n", "Default credentials: admin:xxxxxxxx\n"],
		["wifi: home / gravel0811\n", "wifi: home / xxxxxxxx\n"],
		["Wi-Fi: home / gravel0811\n", "Wi-Fi: home / xxxxxxxx\n"],
		[
			"Log in with GitHub / GitLab, or sign in at https://a.b/c1d2e3f4\n",
			"Log in with GitHub / GitLab, or sign in at https://a.b/c1d2e3f4\n",
		],
		["the account of file.ts:12 was read\n", "the account of file.ts:12 was read\n"],
	];
	for (const [text, expected] of inDocuments) {
		it(`reads logins in a document: ${text.trim()}`, () => assert.equal(maskSecrets(text, "a.md").text, expected));
	}

	it("masks the password of a directory's own line in settings", () => {
		assert.equal(maskSecrets("bindpw gRegmt!zqLS#MY\n", "a.conf").text, "bindpw xxxxxxxx\n");
	});

	it("masks a private key that is cut off, as far as it goes", () => {
		const { text } = maskSecrets(`-----BEGIN PRIVATE KEY-----\n${base64Lines(3)}\nconst next = 1;\n`);
		assert.equal(text, "-----BEGIN PRIVATE KEY-----\nxxxxxxxx\nconst next = 1;\n");
	});

	const kept: [string, string][] = [
		["words", "The password is a secret token: keep the API key safe."],
		["types", "password: string; token?: Token; secret: u64, apiKey: Vec<u8>"],
		["labels", 'password: "Password", token: "Enter your token here", pwd: "Kennwort", contraseña: "Contraseña"'],
		["names", 'const password = "password"; const token = "access_token"; secretName = "my-secret-name"'],
		[
			"variables",
			"const password = form.password2;\ntoken = tokens[i];\nsecret = getSecret(id1);\npwd = process.cwd()",
		],
		["variables in Python", "password = user.password\nself.token = token2\nself.password = args.password1\n"],
		["references", `password: "\${DB_PASSWORD}", token: "{{ token }}", secret: "<your-secret>", pwd: "%s"`],
		["references in YAML", `password: \${{ secrets.PASSWORD1 }}\ntoken: $TOKEN1\nsecret: !Ref Secret1\n`],
		["stand-ins", 'password = "********"; token = "xxxxxxxx"; apiKey = "YOUR_API_KEY"; secret = "changeme"'],
		["inputs", '<input type="password" name="password" id="password1" autocomplete="current-password">'],
		["kinds of token", 'token.type === "identifier" && token: "StringLiteral", tokenize("a")'],
		["numbers", "MAX_TOKEN = 4096\nERROR_BAD_PASSWORD = 1001\ntoken: 12345678,"],
		["addresses", "https://user:password@example.org http://localhost:8080/@scope/x git@github.com:a/b.git a:b@c"],
		["UUIDs", 'id = "123e4567-e89b-12d3-a456-426614174000"'],
		["digests", `commit ${hex(40)}\nsha256: ${hex(64)}\nmd5 ${hex(32)}\n"sha512-${letters(86)}=="\nh1:${letters(43)}=`],
		["digests beside their kind", `pin-sha256="${letters(43)}=" sha256: ${letters(43)}=`],
		["images", `url(data:image/png;base64,${letters(300)})`],
		["certificates", certificate],
		[
			"markers of keys in code",
			'const begin = "-----BEGIN PRIVATE KEY-----";\nconst end = "-----END PRIVATE KEY-----";',
		],
		["long names", "getElementsByClassNameAndTagName2 XMLHttpRequestEventTargetV2 SOME_VERY_LONG_CONSTANT_NAME_64"],
		[
			"names with numbers",
			"sk_X509_ALGOR_new_reserve i2d_PKCS8PrivateKey_bio utf8ToBase64UrlEncodedString v128Load32x2S",
		],
		["paths", "../src/components/Button2/index.test.ts /usr/lib/python3/dist-packages/Foo3 com/Example/App2/Main4"],
		["classes of style sheets", "sk-folding-cube-animation-2 btn-primary-outline-lg-2 md:hover:bg-gray-100/50"],
		["versions", "node-v24.21.0-linux-x64.tar.xz @babel/plugin-transform-react-jsx@7.23.4"],
		["time stamps", "2026-02-03T04:05:06.789Z 20260203T040506Z"],
		["prose in other scripts", "密码：请输入密码 пароль: Пароль λόγος"],
		["hexadecimal tables", "0x0123456789ABCDEF, 0xFEDCBA9876543210ULL, #A1B2C3"],
		["alphabets", `"${alphabet}+/"`],
		["types behind a name", "earlySecret *tls13.EarlySecret\nmasterSecret: Uint8Array; tokens: Uint32Array;"],
		[
			"arguments beside a name",
			'psk := Expand(hash, c.resumptionSecret, "resumption", n); loadCredential(got, "api.github.com")',
		],
		["readers", 'getPassword("database1"); promptForPassword("Name the password: "); hasToken("identifier")'],
		[
			"options in a description",
			"--password PASSWORD  the password; --token string; --password-stdin; use --password to log in",
		],
		["users beside names of users", '("user", "user12"); ["admin", "root1234"]; ("login", "v1.2.3", "user")'],
		["what a script types that is no password", 'send "yes\\r"; send "ls -la2\\n"; send "$password1\\r"'],
		["annotations", 'password = "@string/password_2"; @Value("app.secret1") secret: "@Secret1"'],
		["selectors", '"#password" "[type=password]" input[name=password]'],
		["defaults that refer", `password: \${DB_PASSWORD:-} \${TOKEN:?missing} process.env.PASSWORD ?? ""`],
		["SQL that names columns", "SELECT password FROM users WHERE password IS NOT NULL; password VARCHAR(60) NOT NULL"],
		["elements that describe", '<label for="password">Password</label><string name="password">Password</string>'],
		["prose about commands", "okay to pass IPv4-mapped addresses; GET /etc/passwd HTTP/1.1; identified by name"],
		["the mask itself", `password = "${secretMask}" ${secretMask}`],
	];
	for (const [what, text] of kept) {
		it(`keeps ${what}`, () => assert.deepEqual(maskSecrets(text), { text, masked: 0 }));
	}

	it("finds random strings of all lengths, nearly always", () => {
		const leastShares: [number, number][] = [
			[24, 0.75],
			[32, 0.85],
			[40, 0.9],
			[64, 0.95],
			[88, 0.97],
		];
		for (const [length, least] of leastShares) {
			const found = Array.from({ length: 500 }, () => maskSecrets(`"${letters(length)}"`).masked);
			const share = found.reduce((sum, one) => sum + one, 0) / found.length;
			assert.ok(share > least, `${length}: ${share}`);
		}
	});

	it("masks more private keys than a call may have arguments", () => {
		const block = `-----BEGIN PRIVATE KEY-----\n${letters(64)}\n-----END PRIVATE KEY-----\n`;
		const count = 150_000;
		assert.equal(maskSecrets(block.repeat(count)).masked, count);
	});

	it("changes nothing when it is applied again", () => {
		for (const [, text] of masked) {
			const once = maskSecrets(text).text;
			assert.equal(maskSecrets(once).text, once);
		}
	});

	it("reports places in order that do not touch", () => {
		const text = masked.map((one) => one[1]).join("\n");
		let end = -1;
		for (const span of findSecrets(text)) {
			assert.ok(span.start > end && span.end > span.start && span.end <= text.length);
			end = span.end;
		}
	});

	/** Enough for anything quadratic to take minutes; what is linear takes a tenth of a second. */
	const size = 2 ** 19;
	const hostile: [string, string][] = [
		["one letter", "a"],
		["a random alphabet", letters(1000)],
		["begin marks", "-----BEGIN PRIVATE KEY-----\n"],
		["begin and end marks", "-----BEGIN PRIVATE KEY-----A-----END PRIVATE KEY-----"],
		["dashes", "-"],
		["passwords", "password="],
		["passwords and quotes", "password='"],
		["passwords and types", "password: &str | foo | "],
		["blanks after a name", `password${" ".repeat(1000)}`],
		["addresses", "://a:"],
		["an address without end", `://${"a".repeat(60)}:`],
		["signatures", "?sig=a"],
		["beginnings of tokens", "eyJaaaaaaaaaa."],
		["tokens cut short", "AKIA"],
		["tokens with dashes", "sk-a-"],
		["discord-like", `M${"a".repeat(24)}.aaaaaa.`],
		["Bearer", "Bearer "],
		["slashes", "/aB3/"],
		["quotes", "'\""],
		["backslashes", "password='\\"],
		["equals", "token==="],
		["no line ends", `token: ${"ab1 ".repeat(50)}`],
		["lines without blanks", "ab\n"],
		["quotes without blanks", '"ab"'],
		["keys on one line", "-----BEGIN PRIVATE KEY-----AAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
		["marks of beginnings", "-----BEGIN "],
	];

	/** How many characters `indexOf` has looked at while `run` ran. */
	function searched(run: () => void): number {
		const original = String.prototype.indexOf;
		let characters = 0;
		String.prototype.indexOf = function (this: string, what: string, from = 0): number {
			const at = original.call(this, what, from);
			characters += (at < 0 ? this.length : at) - from;
			return at;
		};
		try {
			run();
		} finally {
			String.prototype.indexOf = original;
		}
		return characters;
	}

	// Searching is quick, so that what is quadratic in this way takes a second only: enough to keep everybody waiting.
	for (const [what, piece] of hostile) {
		it(`searches no further than it must in endless ${what}`, () => {
			const [few = 0, many = 0] = [2 ** 15, 2 ** 17].map((length) => {
				const text = piece.repeat(Math.ceil(length / piece.length));
				return searched(() => findSecrets(text)) / text.length;
			});
			// In a text that is four times as long, each character costs as much as before.
			assert.ok(many < 2 * few + 1, `${few}, then ${many} for each character`);
		});
	}

	it("reads a few values only in what was read before", () => {
		const run = "a".repeat(100);
		const source = new SearchedText(`${run} ${run}`, "settings");
		const lengths = (start: number, pattern: RegExp) =>
			Array.from({ length: 20 }, (_, i) => source.value(pattern, start + 5 * i)?.length ?? 0);
		const eight = [100, 95, 90, 85, 80, 75, 70, 65, ...Array.from({ length: 12 }, () => 0)];
		const pattern = /\w+/y;
		assert.deepEqual(lengths(0, pattern), eight);
		assert.deepEqual(lengths(run.length + 1, pattern), eight);
		// Three thousand for each character where all values are read.
		const names = "_KEY=".repeat(2 ** 13);
		assertSteps(2500 * names.length, () => findSecrets(names, ".env"));
	});

	// What stands before may decide: brackets are followed for some hundred characters only.
	for (const [path, joints] of [
		["x.env", "& ; | / # $ . ! @"],
		["x.sh", "& ; | / # $ . ! @"],
		["x.yml", "& ; | / # }{ . ! @"],
		["x.ts", "&"],
	] as const)
		it(`masks the last of thirty fields in one line of ${path} like the first, however they are parted`, () => {
			for (const joint of joints.split(" ")) {
				const values = Array.from({ length: 30 }, (_, i) => `q${i}Xz7Lm${i * 7}Kp3Rt9`);
				const fields = values.map((value, i) => `${i % 2 === 0 ? "password" : "db_token"}=${value}`);
				const { text } = maskSecrets(`https://x.y/?${fields.join(joint)}\n`, path);
				assert.deepEqual(
					values.filter((value) => text.includes(value)),
					[],
					joint,
				);
			}
		});

	for (const [what, piece] of hostile) {
		it(`takes linear time for endless ${what}`, function () {
			this.timeout(60_000);
			const text = piece.repeat(Math.ceil(size / piece.length));
			maskSecrets(text);
			assert.ok(findSecrets(text).length <= size);
		});
	}
});
