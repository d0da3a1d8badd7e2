/** The names of secrets: which words say that a value is secret, and how surely. */

/** What a name says of its value. */
export type NameKind =
	/** Any value is a secret that is no label, type or placeholder. */
	| "password"
	/** As `password`, if the name has further words, or a user is named beside it. */
	| "shortPassword"
	/** As `password`; the names of secrets are named so, too. */
	| "secret"
	/** Mixed letters and digits are secret. */
	| "token"
	/** What is surely random is secret. */
	| "key"
	/** As `token`; it has the name of a service, and more words follow. */
	| "service"
	/** Several words are secret. */
	| "phrase";

export interface Name {
	readonly kind: NameKind;
	/** Of the whole identifier that ends with the word. */
	readonly start: number;
	/** Of the word that tells. */
	readonly wordStart: number;
	readonly end: number;
	/** The name is that of the field of a form: `passwordInput`. */
	readonly isField?: true;
}

/** Groups: password, short password, secret, token, phrase, key. */
const words =
	/(pass[_-]?words?|passwd|pass[_-]?phrase|pass[_-]?code|passwort|passord|pwd|kennwort|contrase[ñn]a|contrasenya|mots?[_ -]?de[_ -]?passe|senha|wachtwoord|l[öo]e?senord|(?<=l)[öÖ]senord|has[łl]o|heslo|jelsz[óo]|[şŞ]ifre|sifre|parol[aă]|salasana|adgangskode|lozinka|bindpw|rootpw|masterauth|psk(?![a-z])|пароль|密[码碼]|口令|暗証番号|パスワード|비밀번호|암호|κωδικός|סיסמ[אה]|كلمة (?:المرور|السر))|((?:pass|mdp|clave|community|pw)(?![A-Za-z]))|((?:secure_auth|logged_in|nonce|auth)_(?:key|salt)(?![A-Za-z])|secrets?(?:[_-]?(?:access[_-]?)?keys?)?(?:[_-]?base)?)|(tokens?|(?:api|app|access|private|priv|encryption|signing|account|auth|license|master|shared|hmac|deploy|service|subscription|admin|storage|write|read)[_.-]?keys?|credentials?|api[_-]?(?:auth|pass)|webhook(?:[_-]?url)?|salt(?![a-z])|pepper(?![a-z]))|(mnemonics?|(?:seed|recovery|backup)[_ -]?(?:phrase|words?|codes?)|seed(?![a-z]))|((?:keys?|auth|login|creds?|jwt|pat|sid|dsn|sas|access|accounts|cookie)(?![a-z]))/iy;

/** Behind the word: what does not change its meaning. Another word would: `password_field`, `tokenType`. */
const tail =
	/(?:[_-]?(?:\d{1,4}|prod(?:uction)?|dev(?:elopment)?|staging|stage|test|live|value|plain|plaintext|cleartext|primary|secondary|main|default|raw|old|new|current|v\d|hex|b64|base64))?(?![A-Za-z0-9_]|-[A-Za-z])/iy;
const fieldTail = /(?:Input|Field|Box|El|Element|TextBox|Edit)\w{0,8}/y;
const serviceTail = /[\w-]{0,30}/y;

/** Services whose keys have no form of their own; their names stand in the names of the keys. By their first three letters. */
const services = new Map<string, string[]>();
for (const service of "adafruit airtable algolia alibaba asana atlassian beamer bitbucket bittrex cloudflare codecov cohere coinbase confluence confluent contentful datadog discord droneci dropbox etsy facebook fastly finicity finnhub flickr freshbooks gitter hubspot heroku intercom jfrog jira kraken kucoin launchdarkly linkedin mailchimp mailgun mapbox mattermost meraki messagebird message_bird netlify newrelic new_relic new-relic nytimes okta pagerduty plaid privateai rapidapi segment sendbird sentry snyk sonar squarespace sumologic travis trello twilio twitch twitter yandex zendesk".split(
	" ",
)) {
	const beginning = service.slice(0, 3);
	services.set(beginning, [...(services.get(beginning) ?? []), service]);
}

export const serviceBeginnings: readonly string[] = [...services.keys()];

/** Before the word: what makes the name that of something else. */
const otherWords = new Set(
	"is has no min max num show hide forgot lost error err missing public pub foreign cache sort partition row object map hot short reset count len length hint websocket socket".split(
		" ",
	),
);
const lastWord = /(?:[A-Z]?[a-z]{1,12}|[A-Z]{1,12})(?=[_-]?$)/;

const longestName = 80;

/** The name that tells of a service whose name begins at `at`, or null. */
export function serviceNameAt(text: string, at: number): Name | null {
	const candidates = services.get(text.slice(at, at + 3).toLowerCase());
	const service = candidates?.find((one) => text.slice(at, at + one.length).toLowerCase() === one);
	if (service === undefined) return null;
	serviceTail.lastIndex = at + service.length;
	serviceTail.test(text);
	return { kind: "service", start: startOf(text, at), wordStart: at, end: serviceTail.lastIndex };
}

/** The name whose telling word begins at `at`, or null. */
export function nameAt(text: string, at: number): Name | null {
	words.lastIndex = at;
	const match = words.exec(text);
	if (!match) return null;
	const kind = kindOf(match);
	const wordEnd = words.lastIndex;
	tail.lastIndex = fieldTail.lastIndex = wordEnd;
	if (!tail.test(text)) {
		const isField = kind === "password" && fieldTail.test(text);
		return isField ? { kind, start: startOf(text, at), wordStart: at, end: fieldTail.lastIndex, isField } : null;
	}
	const end = tail.lastIndex;
	const start = startOf(text, at);
	if (kind !== "password" && kind !== "secret" && kind !== "token" && !beginsWord(text, at)) return null;
	if (start < at && otherWords.has(lastWord.exec(text.slice(start, at))?.[0].toLowerCase() ?? "")) return null;
	return { kind, start, wordStart: at, end };
}

function startOf(text: string, at: number): number {
	let start = at;
	while (start > 0 && at - start < longestName && /[\w.$-]/.test(text[start - 1] ?? "")) start--;
	return start;
}

function kindOf(match: RegExpExecArray): NameKind {
	if (match[1] !== undefined) return "password";
	if (match[2] !== undefined) return "shortPassword";
	if (match[3] !== undefined) return "secret";
	if (match[4] !== undefined) return "token";
	return match[5] !== undefined ? "phrase" : "key";
}

/** Whether a word of an identifier begins at the place: `dbPass`, `db_pass`, not `bypass`; `mysqlpass` has a known beginning. */
function beginsWord(text: string, at: number): boolean {
	const before = text[at - 1] ?? "";
	if (!/[A-Za-z]/.test(before)) return true;
	if (/[a-z]/.test(before) && /[A-Z]/.test(text[at] ?? "")) return true;
	return /(?:db|user|root|admin|master|my|sql|store|key|require|ssh|become|smtp|mail|ftp|http|proxy|login|sudo)$/i.test(
		text.slice(Math.max(0, at - 8), at),
	);
}

/** The first three letters of each word, by the low five bits of each letter. */
export const wordBeginnings: readonly string[] =
	"pas bin roo pwd ken con mot sen wac los loe has hes jel sif par sal adg loz mdp cla psk com sec log non aut tok api app acc pri enc sig lic mas sha hma dep ser sub adm sto wri rea cre web pep mne see rec bac key jwt pat sid dsn sas coo".split(
		" ",
	);
