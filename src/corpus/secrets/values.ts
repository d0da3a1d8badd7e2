/** Tells a secret from a label, a type, a reference and a placeholder. */
import { looksRandom } from "./forms/entropy.ts";

const sizedType =
	/^(?:[uif]\d+|u?int\d+|float\d+|u?int\d+(?:array|list|slice)|float\d+array|sha\d+|utf\d+|base\d+|md5|s3|v\d+|oauth\d?|aes\d*|rsa\d*|x509|ed25519|p\d+)$/i;
const typeWords = new Set(
	"string text bool boolean number varchar char str required optional hidden visible null none nil undefined true false basic plain bearer oauth digest local prompt input field value file stdin ignore any unknown never void object bytes int integer float double void self this super new await yes no on off enabled disabled default auto manual always missing invalid valid empty blank unset secret env stdin stdout tty ask".split(
		" ",
	),
);

/** No name of a type is longer. Values of a thousand characters are asked for again and again where names stand without blanks. */
const longestTypeName = 24;

export function isTypeName(word: string): boolean {
	if (word.length > longestTypeName) return false;
	return sizedType.test(word) || typeWords.has(word) || typeWords.has(word.toLowerCase());
}

const reference =
	/^(?:\$[A-Za-z_{(]|\{|<|%[({]|#|@[A-Za-z][\w./:{}-]*$|\/|\.|~|https?:|env[.:(]|process\.|os\.|arn:|vault:|file:|secretref:|urn:|ref\+|op:\/\/|!(?:Ref|Sub|GetAtt|secret|env))/;
/** Places in a text that something else fills. */
const gap = /[$#{]\{|(?:^|\W)%[sd](?!\w)|%\(|\.\.\.|<%/;
/** A variable of the environment, as Windows writes it. */
const variable = /^%\w{2,40}%$/;
const selector = /^\[[\w-]{1,40}[~|^$*]?=.{0,80}\]$/;

function refers(value: string): boolean {
	return reference.test(value) || gap.test(value) || variable.test(value) || selector.test(value);
}

/** Keys in base64 may begin as paths do. */
const encodedKey = /^[A-Za-z0-9+/]{40,4096}={1,2}$/;
/** Words that name a secret or ask for one. */
const standIn =
	/passw|passphrase|passwd|secret|token|api_?key|credential|example|sample|dummy|placeholder|changeme|change_|redacted|masked|undefined|required|optional|contrase|kennwort|senha|geheim|(?<![A-Za-z])(?:my|your|the|some|a)?(?:pass|pwd|keys?|hidden|removed|replace|replaceme|insert|enter|foo|bar|baz|none|null|string|todo|fixme|value|your|mot|clave|test|change)(?![A-Za-z])|(?:access|secret|public|private|signing|auth|primary|your|my|the)_?key/i;
const standInHump = /[a-z](?:Pass|Pwd|Keys?|String|Value)(?![a-z])/;

function standsIn(text: string): boolean {
	return standIn.test(text) || standInHump.test(text);
}

/** Whether the value only stands in for a secret: a reference to it, a name for it, asterisks. */
export function isPlaceholder(text: string): boolean {
	// Spring says so of a password that is not hashed.
	const value = text.startsWith("{noop}") ? text.slice(6) : text;
	if (encodedKey.test(value) || (value.startsWith("/") && looksRandom(value.replaceAll("/", "")))) return false;
	if (refers(value) || isMadeOfTwo(value)) return true;
	if (/^<[^<>]{1,60}>$/.test(value)) return true;
	return standsIn(value) && /^[\p{L}_.\-/:]*$/u.test(value);
}

/** Whether the beginning of the value repeats one character or two. Looks no further than needed, and makes no garbage: it is asked often. */
function isMadeOfTwo(value: string): boolean {
	const [first] = value;
	let second: string | undefined;
	for (const character of value.slice(0, 64)) {
		if (character === first || character === second) continue;
		if (second !== undefined) return false;
		second = character;
	}
	return true;
}

/** Words of sentences, which no pass phrase has. */
const sentenceWords = new Set(
	"the a an and or of to in on for is are was be been must your you please enter with without from this that it its not no new old can cannot could should would will has have had if at as by than least only when where which who does do did but was were invalid wrong incorrect required forgot reset change confirm show hide de la le les des du el los las un une una der die das den und oder von mit ein eine il lo gli di da het een van och att en til og".split(
		" ",
	),
);

/** Whether the value consists of several words that make no sentence. `isNamedPhrase`: its name says that it is a phrase. */
export function isPhrase(value: string, isNamedPhrase: boolean): boolean {
	if (value.length > 400 || !value.includes(" ")) return false;
	const words = value.trim().split(/[ \t]+/);
	if (words.length < (isNamedPhrase ? 2 : 3) || words.length > 48) return false;
	if (words.some((word) => !/^[\p{L}\p{N}'!?#*&+$%@^~=-]{1,24}$/u.test(word))) return false;
	if (words.some((word) => standsIn(word) || refers(word))) return false;
	const others = words.filter((word) => sentenceWords.has(word.toLowerCase())).length;
	const hasCapital = /^\p{Lu}/u.test(value) && !words.slice(1).every((word) => /^[\p{Lu}\d]/u.test(word));
	if (isNamedPhrase) return others * 3 <= words.length;
	return others === 0 && !hasCapital;
}

/** Words of the lists that keys of wallets are made from have three to eight letters (BIP 39); there are 12 to 24 of them. */
const mnemonic = /^[a-z]{3,8}(?: [a-z]{3,8}){11,23}$/;

export function isMnemonic(value: string): boolean {
	if (!mnemonic.test(value)) return false;
	const words = value.split(" ");
	return words.length % 3 === 0 && words.every((word) => !sentenceWords.has(word));
}

/** Whether the quoted value of a password's name is a password: not a label, a type or a placeholder. */
export function isPassword(value: string): boolean {
	if (value.length < 4 || /\s/.test(value) || isPlaceholder(value) || isTypeName(value)) return false;
	const isLabel = /^\p{Lu}\p{Ll}*[.:?!…*]*$/u.test(value) || (/^\p{L}*$/u.test(value) && /[^\0-\x7f]/.test(value));
	return !isLabel && !/^[\w-]{0,40}\($/.test(value);
}

/** Whether a value without quotes is a password. Its digits tell it from the name of a variable. */
export function isBarePassword(word: string): boolean {
	return word.length >= 6 && /\d/.test(word) && /[A-Za-z]/.test(word) && !isMember(word) && !isTypeName(word);
}

/** Whether the value is the member of something: `settings.password2`. */
export function isMember(word: string): boolean {
	return /^[A-Za-z_]\w*(?:(?:\.|::|->)\w+)+$/.test(word);
}

/**
 * Whether letters and digits alternate in the value more than in words, versions and identifiers. Less strict than
 * `looksRandom`, for values whose name says that they are secrets.
 */
export function isMixed(value: string): boolean {
	if (value.length < 8 || value.length > 8192 || /\s/.test(value)) return false;
	for (const piece of value.split(/[^A-Za-z0-9]+/)) {
		if (piece.length < 8 || isTypeName(piece)) continue;
		if (changesOf(piece) >= 2 || looksRandom(piece)) return true;
	}
	return false;
}

function changesOf(piece: string): number {
	let changes = 0;
	let before = 0;
	for (let i = 0; i < piece.length && i < 256; i++) {
		const code = piece.charCodeAt(i);
		const kind = code < 0x3a ? 1 : 2;
		if (before !== 0 && kind !== before) changes++;
		before = kind;
	}
	return changes;
}

/** Whether the value of a token's or key's name is one: mixed letters and digits, perhaps in short groups, or many signs. */
export function isToken(value: string): boolean {
	if (isPlaceholder(value)) return false;
	if (isMixed(value)) return true;
	if (value.length < 10 || value.length > 8192 || /\s/.test(value) || /^[a-z+]{2,10}:\/\//.test(value)) return false;
	if (/^[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,8}$/.test(value) && /\d/.test(value)) return true;
	if (/^[A-Za-z0-9]*$/.test(value) && isWithoutWords(value))
		return value.length >= 20 || (value.length >= 14 && !/[a-z]{5}/.test(value));
	const digits = value.match(/\d/g)?.length ?? 0;
	const groups = value.split(/[^A-Za-z0-9]+/).filter((piece) => piece !== "" && !isTypeName(piece));
	const mixedGroups = groups.filter((piece) => /\d/.test(piece) && /[A-Za-z]/.test(piece)).length;
	if (digits >= 3 && mixedGroups >= 2 && mixedGroups * 2 >= groups.length) return true;
	const signs = value.match(/[!@#$%^&*()+={}[\]|;,<>?~]/g)?.length ?? 0;
	if (value.length >= 16 && signs >= 3 && digits >= 1 && /[A-Za-z]/.test(value)) return true;
	return (
		value.length >= 16 &&
		/^[A-Za-z0-9+/_-]+={1,2}$/.test(value) &&
		(digits > 0 || (/[A-Z]/.test(value) && /[a-z]/.test(value)))
	);
}

/** Whether small letters and capitals are mixed as in no identifier. */
function isWithoutWords(value: string): boolean {
	const capitals = value.match(/[A-Z]/g)?.length ?? 0;
	return capitals * 4 >= value.length && (value.length - capitals) * 4 >= value.length && !/[a-z]{8}/.test(value);
}

/** Whether the value is surely random, for names that many harmless things have: `key`, `auth`. */
export function isSurelyRandom(value: string): boolean {
	if (value.length < 16 || value.length > 8192 || /\s/.test(value) || isPlaceholder(value)) return false;
	if (/^(?:0x)?[0-9a-fA-F]{32,}$/.test(value)) return changesOf(value) >= 6;
	if (/^(?:base64:)?[A-Za-z0-9+/]{40,4096}={1,2}$/.test(value))
		return /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && !/[a-z]{8}/.test(value);
	if (value.length >= 24 && /^[A-Za-z0-9]*$/.test(value) && !/[a-z]{5}/.test(value) && isWithoutWords(value))
		return true;
	const piece = value.replace(/[=.:_-]/g, "");
	if (!/^[A-Za-z0-9+/]+$/.test(piece)) return false;
	const digits = piece.match(/\d/g)?.length ?? 0;
	return looksRandom(value) || (digits * 6 >= piece.length && changesOf(piece) * 5 >= piece.length && isMixed(value));
}

/** What opens and closes a place that something else fills. */
const templates: readonly (readonly [open: string, close: string])[] = [
	["${", "}"],
	["{{", "}}"],
	["<%", "%>"],
];

function hasTemplate(value: string): boolean {
	return templates.some(([open, close]) => {
		const at = value.indexOf(open);
		return at >= 0 && value.lastIndexOf(close) > at;
	});
}

/** Whether the value is text of all kinds of characters without order, as the keys and salts of WordPress are. */
export function isSaltText(value: string): boolean {
	if (value.length < 24 || value.length > 400) return false;
	const signs = value.match(/[^\w\s]/g)?.length ?? 0;
	return (
		signs * 10 >= value.length && /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && !hasTemplate(value)
	);
}
