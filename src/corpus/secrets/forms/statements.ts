/** Finds the secrets of SQL: those of users, and in rows of tables of users. */
import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isBarePassword, isPassword, isPlaceholder, isTypeName } from "../values.ts";

const identified =
	/identified[ \t]{1,8}(?:with[ \t]{1,8}\S{1,60}[ \t]{1,8}(?:by|as)|by(?:[ \t]{1,8}(?:password|values))?)[ \t]{1,8}/iy;
const account = /\b(?:create|alter|grant|user|role|login|set|to)\b/i;
const plain = /[^\s"'`;(),]{4,120}/y;

/** `IDENTIFIED BY 'x'`. */
export function identifiedBy(source: SearchedText, at: number, spans: Span[]): void {
	const { text } = source;
	identified.lastIndex = at;
	if (!identified.test(text)) return;
	const from = identified.lastIndex;
	const literal = source.literal(from);
	if (literal) {
		if (literal.value.length >= 3 && !isPlaceholder(literal.value)) spans.push(...literal.pieces);
		return;
	}
	plain.lastIndex = from;
	const value = plain.exec(text)?.[0];
	const isStatement =
		account.test(source.linePrefix(at)) && (text.startsWith("IDENTIFIED", at) || isBarePassword(value ?? ""));
	if (value && isStatement && !isPlaceholder(value) && !isTypeName(value))
		spans.push({ start: from, end: from + value.length });
}

const insert =
	/insert[ \t]{1,8}(?:ignore[ \t]{1,8})?into[ \t\r\n]{1,8}([\w.`"[\]]{1,80})[ \t\r\n]{0,8}(?:\(([^()]{1,600})\))?[ \t\r\n]{0,40}(?:values?|select)[ \t\r\n]{0,40}/iy;
const secretColumn =
	/passw(?:or)?d|passwort|\bpass\b|_pass\b|pwd|secret|token|api_?key|contrase|senha|mot_?de_?passe|\bsalt\b|\bhash\b/i;
const userTable = /user|account|credential|login|member|admin|customer|person|auth|employee|client/i;
/** Rows of a statement that are looked at, UTF-16 units. */
const rowUnits = 8192;

/** `INSERT INTO users (name, password) VALUES ('app', 'x')`. Without columns, what looks like a password in a table of users. */
export function insertedRows(source: SearchedText, at: number, spans: Span[]): void {
	const { text } = source;
	insert.lastIndex = at;
	const match = insert.exec(text);
	if (!match) return;
	const columns = match[2]?.split(",").map((column) => secretColumn.test(column));
	if (columns ? !columns.includes(true) : !userTable.test(match[1] ?? "")) return;
	const end = Math.min(text.length, insert.lastIndex + rowUnits);
	let column = 0;
	let depth = 0;
	for (let from = insert.lastIndex; from < end; from++) {
		const character = text[from];
		if (character === "(") {
			if (depth++ === 0) column = 0;
		} else if (character === ")") depth--;
		else if (character === "," && depth === 1) column++;
		else if (character === ";") return;
		else if (character === "'" || character === '"') {
			const literal = source.literal(from);
			if (!literal) return;
			const isSecret = columns ? columns[column] === true && isStored(literal.value) : isLikelyPassword(literal.value);
			if (isSecret) spans.push(...literal.pieces.slice(0, 1));
			from = literal.end - 1;
		}
	}
}

function isStored(value: string): boolean {
	return value.length >= 3 && !isPlaceholder(value);
}

/** Neither an address, a date nor a word. */
function isLikelyPassword(value: string): boolean {
	if (/\s|^[\d.:/T+Z-]+$|^[^@\s]+@[\w-]+\.[\w.]+$|^https?:/.test(value)) return false;
	return isPassword(value) && (isBarePassword(value) || /[!#$%^&*?]/.test(value));
}

const cipher =
	/(?:crypt|pgp_sym_(?:en|de)crypt|aes_(?:en|de)crypt|encryptbypassphrase|hashbytes|md5|sha1|sha2)[ \t]{0,4}\([ \t]{0,4}/iy;

/** `crypt('x', gen_salt('bf'))`. */
export function encrypted(source: SearchedText, at: number, spans: Span[]): void {
	cipher.lastIndex = at;
	if (!cipher.test(source.text)) return;
	const literal = source.literal(cipher.lastIndex);
	if (!literal || !isLikelyPassword(literal.value)) return;
	if (/^[ \t]*[,)]/.test(source.text.slice(literal.end, literal.end + 12))) spans.push(...literal.pieces);
}
