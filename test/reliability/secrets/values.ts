/**
 * Invents values as people and programs make secrets. None was ever in use; the forms of services come from their
 * documentation, and are put together here so that no scanner takes this file for a leak.
 */

/** Uniform numbers in [0, 1). */
export type Random = () => number;

const small = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const letters = small + small.toUpperCase() + digits;
const hexDigits = "0123456789abcdef";

export function pick<T>(random: Random, from: readonly T[]): T {
	return from[Math.floor(random() * from.length)] as T;
}

export function run(random: Random, length: number, from: string = letters): string {
	return Array.from({ length }, () => from[Math.floor(random() * from.length)]).join("");
}

export function hex(random: Random, length: number): string {
	return run(random, length, hexDigits);
}

export function capitals(random: Random, length: number): string {
	return run(random, length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

export function uuid(random: Random): string {
	return [8, 4, 4, 4, 12].map((length) => hex(random, length)).join("-");
}

export function base64(random: Random, bytes: number): string {
	return Buffer.from(Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256))).toString("base64");
}

/** Concrete words of three to eight letters. */
const nouns =
	"anchor apple autumn badger bamboo barrel basket beacon beaver bonnet bottle branch bridge bucket butter button cactus camera candle canyon carbon carpet castle celery cheese cherry chisel cinema circle clover cobalt coffee copper coral cotton cradle crater cricket crystal curtain dagger dancer desert dinner dolphin donkey dragon eagle ember engine fabric falcon feather fiddle finger flamingo forest fossil garden garlic ginger glacier goblin granite gravel guitar hammer harbor hazel helmet hermit honey indigo island ivory jacket jaguar jungle kettle kitten ladder lantern lemon lizard lobster magnet mango maple marble meadow melon mirror mitten monkey mosaic muffin mustard napkin nectar needle nickel noodle nutmeg oyster paddle panther parrot pebble pelican pepper pickle pigeon pillow pirate planet plaster pocket poppy prairie puddle pumpkin puzzle quartz rabbit raccoon ribbon river rocket saddle saffron salmon sandal satchel scarlet shadow shovel silver sparrow spider spinach sponge squirrel staple stork sunset swallow tangerine teapot temple thimble thunder tiger timber tomato trumpet tulip tunnel turnip turtle umbrella valley velvet violet violin walnut walrus whisker willow window winter wizard yellow zebra zipper".split(
		" ",
	);

export function noun(random: Random): string {
	return pick(random, nouns);
}

export function words(random: Random, count: number): string[] {
	return Array.from({ length: count }, () => noun(random));
}

/** Words of at most eight letters, as in the lists of wallets. */
export function mnemonic(random: Random, count: number): string {
	const short = nouns.filter(({ length }) => length <= 8);
	return Array.from({ length: count }, () => pick(random, short)).join(" ");
}

/** As people make them: words with digits, perhaps a sign. */
export function password(random: Random): string {
	const one = noun(random);
	const other = noun(random);
	const number = run(random, 2 + Math.floor(random() * 3), digits);
	const capital = one[0]?.toUpperCase() + one.slice(1);
	return pick(random, [
		one + number,
		capital + number + pick(random, ["!", "#", "$", "*"]),
		`${one}-${other}-${number}`,
		capital + other + number,
		run(random, 10 + Math.floor(random() * 8)),
		`${run(random, 6)}!${run(random, 4)}#${run(random, 2)}`,
		one.replace("o", "0").replace("i", "1").replace("e", "3") + number,
	]);
}

/** A password of letters only: a word, or two. */
export function wordPassword(random: Random): string {
	const one = noun(random);
	return pick(random, [one + noun(random), one, `${one}-${noun(random)}`]);
}

/** As managers of passwords make them, without quotes, blanks and what begins a reference. */
export function strongPassword(random: Random): string {
	return run(random, 3) + run(random, 11 + Math.floor(random() * 10), `${letters}!@%^*-_=+?~`) + run(random, 2);
}

export function phrase(random: Random): string {
	return words(random, 4 + Math.floor(random() * 3)).join(" ");
}

/** As Django makes them, without `$` and brackets, which templates have. */
export function djangoKey(random: Random): string {
	return run(random, 50, `${small}${digits}!@#%^&*-_=+`);
}

/** As WordPress makes them, without quotes and backslashes. */
export function salt(random: Random): string {
	return `${run(random, 8)} ${run(random, 54, `${letters}!@#%^&*-_=+|~[]{}<>:;,.?/ `)}${run(random, 2)}`;
}
