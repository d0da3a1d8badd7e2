/** Finds the secrets in command lines: short options whose meaning depends on the program. */
import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isPassword, isPlaceholder } from "../values.ts";

interface Rule {
	/** The program, somewhere before the option in its line. */
	readonly program: RegExp;
	/** The option with what stands between it and its value. */
	readonly option: RegExp;
	/** The value is a user and a password with this between them. */
	readonly by?: ":" | "%";
}

const rules: readonly Rule[] = [
	{
		program: /\b(?:curl|wget|http|https|xh)\b/,
		option: /-(?:u|U|-user|-proxy-user|a|-auth)(?:=|["'],[ \t]{0,4}|[ \t]{1,4}|(?=["'\w]))/y,
		by: ":",
	},
	{
		program: /\b(?:mysql\w{0,12}|mariadb\w{0,12}|sshpass|zip|unzip|7z|rar|unrar|snmp\w{1,12})\b/,
		option: /-[pP](?=["'\w!@#$%^&*])/y,
	},
	{
		program:
			/\b(?:sshpass|mongo\w{0,12}|cqlsh|psexec|influx|arangosh|useradd|usermod|mosquitto_\w{1,8}|rabbitmqadmin)\b/,
		option: /-p(?:=|["'],[ \t]{0,4}|[ \t]{1,4})/y,
	},
	{
		program: /\b(?:docker|podman|helm|buildah|skopeo|nerdctl|oras|crane|az|oc|argocd)\b.{0,200}\blogin\b/,
		option: /-p(?:=|["'],[ \t]{0,4}|[ \t]{1,4})/y,
	},
	{
		program: /\b(?:sqlcmd|bcp|osql|isql|mosquitto_\w{1,8}|unzip|zip|iptool|ipmitool)\b/,
		option: /-[Pp](?:=|["'],[ \t]{0,4}|[ \t]{1,4}|(?=["'\w]))/y,
	},
	{ program: /\bredis-(?:cli|benchmark)\b/, option: /-a(?:["'],[ \t]{0,4}|[ \t]{1,4})/y },
	{ program: /\bldap\w{1,12}\b/, option: /-w(?:["'],[ \t]{0,4}|[ \t]{1,4})/y },
	{
		program: /\b(?:smbclient|rpcclient|net|winexe|mount|smbmap)\b/,
		option: /-U(?:["'],[ \t]{0,4}|[ \t]{1,4})/y,
		by: "%",
	},
	{ program: /\b(?:plink|pscp|putty|psftp)\b/, option: /-pw[ \t]{1,4}/y },
	{ program: /\b(?:openssl)\b/, option: /-(?:k|K|passin|passout|pass)[ \t]{1,4}(?:pass:)?/y },
	{ program: /\bipmitool\b/, option: /-P[ \t]{1,4}/y },
];

const argument = /["'`]?([^\s"'`;|<>()\\]{3,200})/y;

/** Looks at the option whose dash stands at `at`. */
export function optionSecrets(source: SearchedText, at: number, spans: Span[]): void {
	let prefix: string | null = null;
	for (const { program, option, by } of rules) {
		option.lastIndex = at;
		if (!option.test(source.text)) continue;
		prefix ??= source.linePrefix(at);
		if (!program.test(prefix)) continue;
		argument.lastIndex = option.lastIndex;
		const match = argument.exec(source.text);
		const word = match?.[1];
		if (!match || word === undefined) continue;
		const start = argument.lastIndex - word.length;
		const split = by ? word.indexOf(by) : -1;
		if (by && split < 0) continue;
		const value = word.slice(split + 1).replace(/[,\]]{1,4}$/, "");
		if (value.length >= 3 && !isPlaceholder(value) && !value.startsWith("-")) {
			spans.push({ start: start + split + 1, end: start + split + 1 + value.length });
			return;
		}
	}
}

const passwordFor =
	/(["'])?[\w.-]{1,32}:([^\s"'|]{3,80})\1?[ \t]{0,4}\|[ \t]{0,4}(?:sudo[ \t]{1,4})?(?:\/usr\/sbin\/)?$/;

/** `echo "user:x" | chpasswd`. */
export function changedPassword(source: SearchedText, at: number, spans: Span[]): void {
	if (!source.text.startsWith("chpasswd", at)) return;
	const prefix = source.linePrefix(at);
	const match = passwordFor.exec(prefix);
	const value = match?.[2];
	if (!match || value === undefined || !isPassword(value)) return;
	const start = at - prefix.length + prefix.lastIndexOf(value);
	spans.push({ start, end: start + value.length });
}

const positional =
	/(?:htpasswd[ \t]{1,4}-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}[ \t]{1,4}\S{1,120}[ \t]{1,4}\S{1,60}|net user[ \t]{1,4}\S{1,60}|net use[ \t]{1,4}(?:\S{1,80}[ \t]{1,4}){1,2}\/user:\S{1,60})[ \t]{1,4}["']?/y;

/** `htpasswd -bc FILE user x`, `net user name x`. */
export function positionalPassword(source: SearchedText, at: number, spans: Span[]): void {
	positional.lastIndex = at;
	if (!positional.test(source.text)) return;
	const start = positional.lastIndex;
	argument.lastIndex = start;
	const value = argument.exec(source.text)?.[1];
	if (value !== undefined && !/^[/-]/.test(value) && isPassword(value))
		spans.push({ start, end: start + value.length });
}

const secureString = /ConvertTo-SecureString[ \t]{1,4}(?:-String[ \t]{1,4})?/iy;

/** PowerShell's way to write a password down. */
export function secureStringArgument(source: SearchedText, at: number, spans: Span[]): void {
	secureString.lastIndex = at;
	if (!secureString.test(source.text)) return;
	const literal = source.literal(secureString.lastIndex);
	if (literal && isPassword(literal.value)) spans.push(...literal.pieces);
}

/** Calls that are given a secret: the first three letters that they may have, and which argument it is, counted from 1. */
const calls: readonly (readonly [beginnings: string, call: RegExp, argument: number])[] = [
	["mys", /mysqli?(?:_p?connect)?\(\s{0,40}/iy, 3],
	["pdo get mys pym", /(?:PDO|getConnection|(?:MySQLdb|pymysql)\.connect)\(\s{0,40}/y, 3],
	["dbi", /DBI->connect\(\s{0,40}/y, 3],
	["ftp", /FTP(?:_TLS)?\(\s{0,40}/y, 3],
	["jwt", /jwt\.(?:sign|encode|verify|decode)\(\s{0,40}/iy, 2],
	["pas", /PasswordAuthentication(?:Token)?\(\s{0,40}/y, 2],
	["pla", /PlainAuth\(\s{0,40}/y, 3],
	["cre", /createHmac\(\s{0,40}/y, 2],
	["key", /keystore\.load\(\s{0,40}/iy, 2],
	["pgp", /pgp_sym_(?:en|de)crypt\(\s{0,40}/iy, 2],
	["wif", /WiFi\.begin\(\s{0,40}/y, 2],
	["add", /addlogin[ \t]{1,8}/iy, 2],
	["hma", /hmac\.new\(\s{0,40}/y, 1],
	["coo bcr", /(?:cookieParser|bcrypt\.(?:hash|hashSync|hashpw))\(\s{0,40}/y, 1],
];

export const callBeginnings: readonly string[] = calls.flatMap(([beginnings]) => beginnings.split(" "));
const braced = /^\{[^{}]{0,200}\}(?=\s{0,8},)/;
const plainArgument = /^[&$\w.:[\]'"]{1,60}(?=\s{0,8},)/;

/** `mysqli_connect("host", "user", "x")`. */
export function callArgument(source: SearchedText, at: number, spans: Span[]): void {
	const beginning = source.text.slice(at, at + 3).toLowerCase();
	for (const [beginnings, call, argument] of calls) {
		if (!beginnings.includes(beginning)) continue;
		call.lastIndex = at;
		if (!call.test(source.text)) continue;
		takeArgument(source, call.lastIndex, argument, spans);
		return;
	}
}

function takeArgument(source: SearchedText, at: number, wanted: number, spans: Span[]): void {
	const { text } = source;
	let from = at;
	for (let count = 1; count <= wanted; count++) {
		const literal = source.literal(from);
		if (count === wanted) {
			if (literal && isPassword(literal.value)) spans.push(...literal.pieces);
			return;
		}
		const part = text.slice(from, from + 220);
		const plain = literal ? null : (braced.exec(part) ?? plainArgument.exec(part));
		const end = literal?.end ?? (plain ? from + plain[0].length : -1);
		if (end < 0) return;
		const comma = /^\s{0,40},\s{0,40}/.exec(text.slice(end, end + 84));
		if (!comma) return;
		from = end + comma[0].length;
	}
}

const echoed = /(?:echo|printf)[ \t]{1,4}(?:-n[ \t]{1,4})?["']?([^\s"'|$]{3,120})["']?[ \t]{0,4}\|[^|]{0,120}$/;
const readsPassword = /-(?:S|-password-stdin)\b/y;

/** `echo x | sudo -S`. */
export function pipedPassword(source: SearchedText, at: number, spans: Span[]): void {
	readsPassword.lastIndex = at;
	if (!readsPassword.test(source.text)) return;
	const prefix = source.linePrefix(at);
	const match = echoed.exec(prefix);
	const value = match?.[1];
	if (!match || value === undefined || !isPassword(value)) return;
	const start = at - prefix.length + prefix.indexOf(value, match.index + 4);
	spans.push({ start, end: start + value.length });
}

const network = /[\w.-]{1,32}:([^\s"'`@:/]{3,80})@$/;

/** Go's form of an address of a database: `user:x@tcp(host)`. */
export function passwordBeforeProtocol(source: SearchedText, at: number, spans: Span[]): void {
	if (!/^(?:tcp|unix)\(/.test(source.text.slice(at, at + 5))) return;
	const value = network.exec(source.linePrefix(at))?.[1];
	if (value !== undefined && !isPlaceholder(value)) spans.push({ start: at - 1 - value.length, end: at - 1 });
}
