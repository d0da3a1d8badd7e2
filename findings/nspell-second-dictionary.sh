#!/usr/bin/env bash
# nspell 2.1.5: `dictionary(words)` adds an extra dictionary, says its documentation. One would expect the checker to know the
# words of both. Where the affix file has a COMPOUNDRULE, as that of English, every word is right from then on: each call makes
# the patterns of these rules out of what is in their place, and the second time those are patterns, which have no letters, so
# that an empty pattern comes out. Seen with dictionary-en 4.0.0 and one extra word:
#
#     one dictionary: recieve false, receive true
#     an extra one: recieve true, receive true
#     an extra one, without COMPOUNDRULE: recieve false, receive true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund nspell@2.1.5 dictionary-en@4.0.0 > /dev/null
cat > try.cjs <<'END'
const nspell = require("nspell");
const { readFileSync } = require("node:fs");
const [affixes, words] = ["aff", "dic"].map((part) => readFileSync(`node_modules/dictionary-en/index.${part}`, "utf8"));
const extra = "1\ninkling\n";
const say = (how, spell) => {
	const verdicts = ["recieve", "receive"].map((word) => `${word} ${spell.correct(word)}`).join(", ");
	console.log(`${how}: ${verdicts}`);
};
say("one dictionary", nspell(affixes, words));
say("an extra one", nspell(affixes, words).dictionary(extra));
const plain = affixes.replaceAll(/^COMPOUNDRULE .*$/gm, "");
say("an extra one, without COMPOUNDRULE", nspell(plain, words).dictionary(extra));
END
node try.cjs | tee found.txt
cat > expected.txt <<'END'
one dictionary: recieve false, receive true
an extra one: recieve true, receive true
an extra one, without COMPOUNDRULE: recieve false, receive true
END
diff expected.txt found.txt
